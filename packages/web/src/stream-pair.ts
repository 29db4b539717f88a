import type { Duplex } from "@witwire/rpc";
import type { Peer } from "@witwire/wit/values";
import { MessageDuplex } from "./message-duplex.ts";
import { type StreamPair, StreamPairLink } from "./stream-pair-link.ts";

/** Reading stops at once when it is paused, but for a chunk that was asked for. */
const MAX_HELD_BYTES = Number.POSITIVE_INFINITY;

/**
 * A byte stream over a pair of WHATWG streams of `Uint8Array`, for example a bidirectional stream of WebTransport. Chunks that are
 * read have to be the reader's own; those that are written are. Both streams are locked from now on.
 *
 * @param peer what implementations see in their context. Default: transport `streams`, no address
 */
export function streamPairDuplex(pair: StreamPair, peer: Peer = { transport: "streams" }): Duplex {
  return new MessageDuplex(new StreamPairLink(pair), peer, MAX_HELD_BYTES);
}
