/**
 * Peers that need more than the specification asks for.
 *
 * - `"go"`: peers built on wRPC's Go runtime (seen in its versions up to August 2026). Such a peer reads a frame with one
 *   read from a buffer of 4 KiB, and a string, float, handle or flags with one read from a frame; what does not come with
 *   that one read is silently replaced by zeros. So frames carry at most 1 KiB, are cut between primitives only and
 *   written one by one, no more than 4 KiB every 5 ms; a value that cannot be sent safely is refused with
 *   `resource-exhausted`; and a `char` is the LEB128 of its code point. Other peers understand all of this except chars
 *   that are not ASCII.
 */
export type Compat = "go";
