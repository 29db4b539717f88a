/** What our own transports are made of besides the public parts. It changes without notice. @packageDocumentation */

export type { Active } from "./active-set.ts";
export { ActiveSet } from "./active-set.ts";
export { Fifo } from "./fifo.ts";
export type { Header } from "./framing/header.ts";
export { type PathOwner, PathQueue } from "./framing/path-queue.ts";
export { type PathSet, pathSetOf } from "./framing/path-set.ts";
export { PathTable } from "./framing/path-table.ts";
export { careFor } from "./framing/peer-care.ts";
export { ReadBudget } from "./framing/read-budget.ts";
export { SendGate } from "./framing/send-gate.ts";
export { roundOf } from "./guards.ts";
export { Backoff } from "./session/backoff.ts";
export type { Cursor } from "./session/cursor.ts";
export { FrameReader, type FrameSink, type WireFailure } from "./session/frame-reader.ts";
export { FrameWriter, type OpenFields } from "./session/frame-writer.ts";
export { Keepalive, type KeepaliveOwner } from "./session/keepalive.ts";
export { LineWriter } from "./session/line-writer.ts";
export { encodeMetadata } from "./session/metadata.ts";
export { type OpenHead, OpenReader } from "./session/open-reader.ts";
export { SessionBudget } from "./session/session-budget.ts";
export { type InvocationHost, type OutgoingRequest, SessionInvocation } from "./session/session-invocation.ts";
export { DEFAULT_SETTINGS } from "./session/settings.ts";
export { DataFlag } from "./session/wire.ts";
export { fromWireFailure, toWireFailure } from "./session/wire-failure.ts";
export { type RunningTimer, Timers } from "./timers.ts";
