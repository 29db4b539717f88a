/** Bytes of the connection ids that this side chooses; what its peers choose may be shorter. */
export const ID_BYTES = 20;

/** The smallest datagram that may begin a connection (RFC 9000, 14.1). */
export const MIN_INITIAL_BYTES = 1200;

const LONG_HEADER = 0x80;

/** Whether a datagram belongs to a handshake, and has an id whose length it says. */
export function isLongHeader(datagram: Uint8Array): boolean {
  return ((datagram[0] ?? 0) & LONG_HEADER) !== 0;
}

/** The id of the connection that a datagram is for (RFC 8999, 5), as a text; `undefined` where it is too short to have one. */
export function destinationOf(datagram: Buffer): string | undefined {
  const start = isLongHeader(datagram) ? 6 : 1;
  const length = isLongHeader(datagram) ? (datagram[5] ?? 0) : ID_BYTES;
  return length > ID_BYTES || datagram.length < start + length
    ? undefined
    : datagram.toString("latin1", start, start + length);
}

/** The text that stands for an id in {@link destinationOf}. */
export function idText(id: Uint8Array): string {
  return Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString("latin1");
}
