/** What every transport, and every byte stream that carries plain wRPC or a session, must do: as tests that run against any of them. @packageDocumentation */
export { callCompliance } from "./call-compliance.ts";
export type { ByteStream, Endpoint, Harness } from "./harness.ts";
export { plainProtocolTests } from "./plain-protocol/index.ts";
export { sessionProtocolTests } from "./session-protocol/index.ts";
export { transportCompliance } from "./transport-compliance.ts";
