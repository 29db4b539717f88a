import { RpcError } from "../errors.ts";
import { PREFACE } from "./wire.ts";

/** First byte of a session, by which it can be told from plain wRPC (00) and TLS (16). */
export const SESSION_FIRST_BYTE: number = PREFACE[0] as number;

/** The first bytes of a byte stream as they arrive: the protocol's name, and the version that the peer speaks. */
export class PrefaceReader {
  #seen = 0;
  #version = 0;

  get complete(): boolean {
    return this.#seen === PREFACE.length;
  }

  /** Whether anything has come. */
  get begun(): boolean {
    return this.#seen > 0;
  }

  /** The peer's version, once complete. */
  get version(): number {
    return this.#version;
  }

  /** Takes bytes; @returns the offset behind the preface, or the number of bytes when more are needed @throws RpcError `protocol` */
  push(bytes: Uint8Array): number {
    let at = 0;
    for (; at < bytes.length && !this.complete; at++, this.#seen++) {
      const byte = bytes[at] as number;
      if (this.#seen === PREFACE.length - 1) this.#version = checkVersion(byte);
      else if (byte !== PREFACE[this.#seen])
        throw new RpcError("protocol", "the peer does not begin as a session does");
    }
    return at;
  }
}

function checkVersion(version: number): number {
  if (version === 0) throw new RpcError("protocol", "there is no version 0 of the session protocol");
  return version;
}
