/** Lets go of the resources inside a value that nobody waits for any more. */
export function releaseValue(value: unknown): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  const { [Symbol.dispose]: dispose } = value as Partial<Disposable>;
  if (typeof dispose === "function") {
    dispose.call(value);
    return;
  }
  const parts = value instanceof Map ? [...value.keys(), ...value.values()] : Object.values(value);
  for (const part of parts) releaseValue(part);
}
