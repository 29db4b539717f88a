/** JavaScript classes and symbols that values, implementations and clients share. @packageDocumentation */
export type { CallContext, CallOptions, Metadata, Peer, PeerIdentity } from "./context.ts";
export { isCallContext } from "./context.ts";
export { GuestExit, isGuestExit } from "./guest-exit.ts";
export {
  bytesSent,
  fleetingBytes,
  isWhole,
  keepMemory,
  releaseMemory,
  releaseShown,
  trackMemory,
  whenSent,
} from "./memory.ts";
export { isPromiseLike } from "./promise-like.ts";
export type { RemoteHandle } from "./resource.ts";
export { construct, isSync, remoteHandle, remoteHandleOf, sync } from "./resource.ts";
export type { MaybePromise, Result } from "./result.ts";
export type { Chunk, ChunkSource, Future, StreamInput } from "./stream.ts";
export { isStream, Stream } from "./stream.ts";
export { describeValue, ValueError } from "./value-error.ts";
export { isWitError, WitError } from "./wit-error.ts";
