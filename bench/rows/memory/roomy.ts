/** Room for all that is opened, and time for it to be measured. */
export const roomy = {
  maxConnections: 100_000,
  maxInvocations: 100_000,
  maxCalls: 100_000,
  headerTimeout: 3_600_000,
  callTimeout: 3_600_000,
} as const;
