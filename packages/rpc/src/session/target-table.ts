import { Writer } from "@witwire/codec";
import { RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";
import { MAX_TARGET_BYTES, MAX_TARGETS } from "./wire.ts";

/**
 * Which instance and function a number stands for, on the receiving side. Both sides follow the same rule: a target that
 * is spelled out gets the next number, while there are fewer than 4,096 and their names have no more than 64 KiB together.
 */
export class ReceivedTargets {
  readonly #targets: Header[] = [];
  readonly #room = new TargetRoom();

  /** @param bytes length of both names in UTF-8 */
  add(target: Header, bytes: number): void {
    if (this.#room.take(bytes)) this.#targets.push(target);
  }

  /** @throws RpcError `protocol` for a number that stands for nothing */
  get(number: number): Header {
    const target = this.#targets[number];
    if (target === undefined) throw new RpcError("protocol", `target ${number} was never introduced`);
    return target;
  }
}

/** How a target is sent: by its number, or spelled out, which gives it a number if there is room. */
export type TargetReference = number | Uint8Array;

const encoder = new TextEncoder();

/** The numbers that were given to targets, on the sending side. */
export class SentTargets {
  readonly #numbers = new Map<string, Map<string, number>>();
  readonly #room = new TargetRoom();

  /** How to send a target now. Every answer has to be sent, in order, since it may have used up a number. */
  refer({ instance, name }: Header): TargetReference {
    const number = this.#numbers.get(instance)?.get(name);
    if (number !== undefined) return number;
    const names = [encoder.encode(instance), encoder.encode(name)];
    const next = this.#room.count;
    if (this.#room.take(names.reduce((sum, { length }) => sum + length, 0))) {
      const ofInstance = this.#numbers.get(instance);
      if (ofInstance === undefined) this.#numbers.set(instance, new Map([[name, next]]));
      else ofInstance.set(name, next);
    }
    const writer = new Writer();
    for (const bytes of names) {
      writer.u32(bytes.length);
      writer.bytes(bytes);
    }
    return writer.take();
  }
}

/** The rule by which targets are remembered. */
class TargetRoom {
  count = 0;
  #bytes = 0;

  /** Whether a target with names of so many bytes is remembered. */
  take(bytes: number): boolean {
    if (this.count >= MAX_TARGETS || this.#bytes + bytes > MAX_TARGET_BYTES) return false;
    this.count++;
    this.#bytes += bytes;
    return true;
  }
}
