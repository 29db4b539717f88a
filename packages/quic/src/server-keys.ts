import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { HostPort } from "./quiche.ts";

/** Milliseconds for which a client may use the token that it was given. */
const TOKEN_TIME = 10_000;

const TAG_BYTES = 32;
const TIME_BYTES = 8;

/**
 * What a server derives from secrets instead of remembering it.
 *
 * Reset tokens depend on the certificate's key alone, so that a server which was started again can still tell the clients of
 * the one before that their connections are gone.
 */
export class ServerKeys {
  readonly #reset: string | Uint8Array;
  readonly #retry: Uint8Array = randomBytes(32);

  /** @param key the private key of the server's certificate */
  constructor(key: string | Uint8Array) {
    this.#reset = key;
  }

  /** The token that says a connection is gone (RFC 9000, 10.3). */
  resetToken(id: Uint8Array): Uint8Array {
    return createHmac("sha256", this.#reset).update("witwire quic stateless reset").update(id).digest().subarray(0, 16);
  }

  /** A token for a client to show that it receives what is sent to its address. */
  retryToken({ host, port }: HostPort, originalId: Uint8Array, newId: Uint8Array): Uint8Array {
    const time = Buffer.alloc(TIME_BYTES);
    time.writeDoubleBE(Date.now());
    return Buffer.concat([this.#tag(time, host, port, originalId, newId), time, originalId]);
  }

  /** The id with which a client began, by its token; `undefined` for a token that is not good. */
  originalId(token: Uint8Array, { host, port }: HostPort, newId: Uint8Array): Uint8Array | undefined {
    if (token.length <= TAG_BYTES + TIME_BYTES) return undefined;
    const bytes = Buffer.from(token);
    const time = bytes.subarray(TAG_BYTES, TAG_BYTES + TIME_BYTES);
    const originalId = bytes.subarray(TAG_BYTES + TIME_BYTES);
    const tag = this.#tag(time, host, port, originalId, newId);
    if (!timingSafeEqual(tag, bytes.subarray(0, TAG_BYTES))) return undefined;
    return Math.abs(Date.now() - time.readDoubleBE()) <= TOKEN_TIME ? originalId : undefined;
  }

  #tag(time: Uint8Array, host: string, port: number, originalId: Uint8Array, newId: Uint8Array): Buffer {
    const lengths = Uint8Array.of(originalId.length, newId.length);
    return createHmac("sha256", this.#retry)
      .update(time)
      .update(lengths)
      .update(originalId)
      .update(newId)
      .update(`${host} ${port}`)
      .digest();
  }
}
