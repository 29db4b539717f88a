import { RpcError } from "@witwire/rpc";

/** The number that a message begins with, and where what is behind it begins. */
export interface MessageNumber {
  readonly number: number;
  readonly at: number;
}

/** Longest number of a message, in bytes. */
export const MAX_NUMBER_BYTES = 8;

/** Reads the number of a message. `undefined` for bytes that begin with none. */
export function readNumber(data: Uint8Array): MessageNumber | undefined {
  let number = 0;
  let scale = 1;
  for (let at = 0; at < Math.min(data.length, MAX_NUMBER_BYTES); at++) {
    const byte = data[at] as number;
    number += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte >= 0x80) continue;
    return number > Number.MAX_SAFE_INTEGER || (byte === 0 && at > 0) ? undefined : { number, at: at + 1 };
  }
  return undefined;
}

/** Writes the number of a message. @returns where what follows belongs */
export function writeNumber(number: number, into: Uint8Array): number {
  let at = 0;
  let rest = number;
  while (rest >= 0x80) {
    into[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  into[at++] = rest;
  return at;
}

export function numberSize(number: number): number {
  let size = 1;
  for (let rest = number; rest >= 0x80; rest /= 0x80) size++;
  return size;
}

/** Puts the messages of one direction of a call in order: what comes twice counts once, and what is missing is noticed. */
export class ReceivedMessages {
  #next = 0;

  /**
   * What is in a message behind its number; `undefined` when it has come before.
   *
   * @throws RpcError `unavailable` when messages in front of it were lost; `protocol` for one without a number
   */
  take(data: Uint8Array): Uint8Array | undefined {
    const head = readNumber(data);
    if (head === undefined) throw new RpcError("protocol", "a message does not begin with its number");
    if (head.number < this.#next) return undefined;
    if (head.number > this.#next) {
      throw new RpcError(
        "unavailable",
        `message ${head.number} of the call came where ${this.#next} was due: messages between them were lost on their way`,
      );
    }
    this.#next++;
    return data.subarray(head.at);
  }
}
