import { DEFAULT_DECODE_LIMITS, type DecodeLimits } from "@witwire/codec";

/** What one side of a connection accepts from the other. All sizes in bytes, all times in milliseconds. */
export interface Limits extends DecodeLimits {
  /** Data of one plain-wRPC frame. Frames are passed on as they arrive, so this bounds no buffer. Default 16 MiB. */
  readonly maxFrameBytes: number;
  /** Numbers in the path of a frame. Default 64. */
  readonly maxPathDepth: number;
  /** Bytes of an instance or function name. Default 1,024. */
  readonly maxNameBytes: number;
  /** Paths of one invocation that are open at the same time. Default 4,096. */
  readonly maxOpenPaths: number;
  /** Received bytes of one invocation that no one has read yet, beyond which its peer is no longer read from. Default 256 KiB. */
  readonly readAheadBytes: number;
  /** The same while a consumer waits for bytes that lie behind unread ones; reaching it fails the call. Default 64 MiB. */
  readonly maxBufferedBytes: number;
  /** Received and unread bytes of all invocations of the process together. Default 1 GiB. */
  readonly maxProcessBufferedBytes: number;
  /** Time for the header of an invocation to arrive. Default 10 s. */
  readonly headerTimeout: number;
  /** Time for the parameters to arrive, streams and futures inside them excepted. Default 30 s. */
  readonly paramsTimeout: number;
  /** Time without progress of a peer that does not read what it asked for. Default 60 s. */
  readonly stallTimeout: number;
  /** Time that a finished invocation waits for the peer to close its half. Default 10 s. */
  readonly lingerTimeout: number;
  /** Bytes that the peer may have under way on one path of a session, once its window has grown. Default 1 MiB. */
  readonly maxWindowBytes: number;
  /** Metadata of one call. Default 16 KiB. */
  readonly maxMetadataBytes: number;
  /** Calls that the peer of a session may have open at the same time, cancelled ones included that still run. Default 1,024. */
  readonly maxInvocations: number;
  /** Calls of one session that wait because its peer takes no more at once. Default 10,000. */
  readonly maxQueuedCalls: number;
  /** Pings, refused calls and drops of what is gone already, of a session in 10 s. Default 10,000. */
  readonly maxFutileFrames: number;
  /** Silence of a session's peer after which it is asked whether it is there. Default 30 s. */
  readonly keepaliveInterval: number;
  /** Time for it to answer. Default 10 s. */
  readonly keepaliveTimeout: number;
  /** Connections of one server at the same time. Default 10,000. */
  readonly maxConnections: number;
  /** Calls of one server that run at the same time. Default 10,000. */
  readonly maxCalls: number;
  /** Resource handles of one server on plain wRPC; resources of one session that are given out, and that are held. Default 10,000. */
  readonly maxHandles: number;
  /** Time after which an unused handle on plain wRPC is freed. Default 10 min. */
  readonly handleIdleTimeout: number;
  /** Text of one answer about contracts (`witwire:reflection`). Default 4 MiB. */
  readonly maxReflectionBytes: number;
  /** Time until the result of a call, where the caller gives no other. Default 30 s. */
  readonly callTimeout: number;
}

export const DEFAULT_LIMITS: Limits = Object.freeze({
  ...DEFAULT_DECODE_LIMITS,
  maxFrameBytes: 16 * 1024 * 1024,
  maxPathDepth: 64,
  maxNameBytes: 1024,
  maxOpenPaths: 4096,
  readAheadBytes: 256 * 1024,
  maxBufferedBytes: 64 * 1024 * 1024,
  maxProcessBufferedBytes: 1024 * 1024 * 1024,
  headerTimeout: 10_000,
  paramsTimeout: 30_000,
  stallTimeout: 60_000,
  lingerTimeout: 10_000,
  maxWindowBytes: 1024 * 1024,
  maxMetadataBytes: 16 * 1024,
  maxInvocations: 1024,
  maxQueuedCalls: 10_000,
  maxFutileFrames: 10_000,
  keepaliveInterval: 30_000,
  keepaliveTimeout: 10_000,
  maxConnections: 10_000,
  maxCalls: 10_000,
  maxHandles: 10_000,
  handleIdleTimeout: 600_000,
  maxReflectionBytes: 4 * 1024 * 1024,
  callTimeout: 30_000,
});

/**
 * The defaults with some of them replaced.
 *
 * @throws RangeError for a limit that does not exist or is no positive number
 */
export function resolveLimits(limits: Partial<Limits> = {}): Limits {
  for (const [name, value] of Object.entries(limits)) {
    if (!(name in DEFAULT_LIMITS)) throw new RangeError(`there is no limit "${name}"; see docs/limits.md`);
    if (typeof value !== "number" || !(value > 0)) {
      throw new RangeError(`the limit "${name}" must be a positive number, not ${String(value)}`);
    }
  }
  return Object.freeze({ ...DEFAULT_LIMITS, ...limits });
}
