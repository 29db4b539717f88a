import { type Codec, goComponentModelCodec, type StreamCodec, type ValueCodec } from "@witwire/codec";
import type { Duplex } from "../transport/duplex.ts";
import type { Path } from "../transport/invocation.ts";
import type { Compat } from "./compat.ts";
import { encodeGoFrames } from "./go-frames.ts";
import { PacedDuplex } from "./paced-duplex.ts";

/** What is done for peers that need more than the specification asks for. */
export interface PeerCare {
  /** The value encoding that they read. */
  readonly codec: Codec;
  /** A byte stream that sends as they can take it. */
  pace(duplex: Duplex): Duplex;
  /**
   * The frames for some bytes on a path, to be written one by one.
   *
   * @param codec what encoded the bytes; without it they cannot be cut
   * @throws RpcError `resource-exhausted` when the peer would not read them as they were sent; nothing was written then
   */
  frames(path: Path, data: Uint8Array, codec: ValueCodec | StreamCodec | undefined, preface?: Uint8Array): Uint8Array[];
}

/** What peers need; `undefined` for those that need no more than the specification. */
export function careFor(compat: Compat | undefined): PeerCare | undefined {
  if (compat === undefined) return undefined;
  return { codec: goComponentModelCodec, pace: (duplex) => new PacedDuplex(duplex), frames: encodeGoFrames };
}
