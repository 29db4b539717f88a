import assert from "node:assert/strict";
import type { BytePeer } from "../byte-peer.ts";
import { concat, toHex, unsigned, wire } from "../wire-bytes.ts";

/** Preface, and settings that say nothing. */
export const greeting: Uint8Array = wire("'WITWIRE' 01 01 00");

/** Bytes, or what {@link wire} makes of a text. */
export type Bytes = Uint8Array | string;

const bytesOf = (bytes: Bytes): Uint8Array => (typeof bytes === "string" ? wire(bytes) : bytes);

/** A frame as docs/protocol.md has it, built without the code under test. @param kind type and flags */
export function frame(kind: number, ...parts: (Bytes | number)[]): Uint8Array {
  const body = parts.map((part) => (typeof part === "number" ? Uint8Array.from(unsigned(part)) : bytesOf(part)));
  const length = body.reduce((sum, { length: bytes }) => sum + bytes, 1);
  const whole = new Uint8Array(unsigned(length).length + length);
  let at = 0;
  for (const part of [Uint8Array.from([...unsigned(length), kind]), ...body]) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A text: length and UTF-8. */
export function text(value: string): Uint8Array {
  const bytes = new TextEncoder().encode(value);
  return concat(Uint8Array.from(unsigned(bytes.length)), bytes);
}

/** A path: count and numbers. */
export function path(...numbers: number[]): Uint8Array {
  return Uint8Array.from([numbers.length, ...numbers].flatMap(unsigned));
}

/** OPEN of a new target. @param timeout microseconds */
export function open(
  id: number,
  [instance, name]: readonly [string, string],
  data: Bytes,
  { halfEnd = true, timeout }: { halfEnd?: boolean; timeout?: number } = {},
): Uint8Array {
  const kind = 0x81 | (halfEnd ? 0x10 : 0) | (timeout === undefined ? 0 : 0x20);
  return frame(kind, id, text(instance), text(name), ...(timeout === undefined ? [] : [timeout]), data);
}

/** A frame that arrived, its id read; of GOAWAY the last id, of SETTINGS and PING none. */
export interface ReadFrame {
  readonly type: string;
  readonly flags: number;
  readonly id: number;
  /** What is behind the id. */
  readonly body: Uint8Array;
}

const names = ["settings", "open", "data", "error", "cancel", "credit", "stop", "ping", "go-away", "drop", "give"];

/** A peer of a session that is played by hand. */
export class SessionPeer {
  readonly bytes: BytePeer;
  #read = 0;
  readonly #frames: ReadFrame[] = [];

  constructor(bytes: BytePeer) {
    this.bytes = bytes;
  }

  /** Greets, and waits to be greeted. @param own what to send besides the usual greeting */
  static async greet(bytes: BytePeer, own: Bytes = greeting): Promise<SessionPeer> {
    const peer = new SessionPeer(bytes);
    bytes.send(own);
    assert.equal(toHex(await bytes.take(8)), toHex(greeting.subarray(0, 8)));
    peer.#read = 8;
    assert.equal((await peer.next()).type, "settings");
    return peer;
  }

  send(...parts: Bytes[]): boolean {
    return this.bytes.send(...parts);
  }

  /** All frames that have arrived and were not taken. */
  get waiting(): readonly ReadFrame[] {
    this.#parse();
    return this.#frames;
  }

  /** The next frame, answers to pings and pings excepted. */
  async next(): Promise<ReadFrame> {
    for (;;) {
      this.#parse();
      const frame = this.#frames.shift();
      if (frame?.type === "ping") continue;
      if (frame !== undefined) return frame;
      if (this.bytes.state !== "open") assert.fail(`the stream has ${this.bytes.state}, and no further frame came`);
      await this.bytes.until(() => this.bytes.receivedLength > this.#read || this.bytes.state !== "open");
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The next ping; frames in front of it are skipped. */
  async nextPing(): Promise<ReadFrame> {
    for (;;) {
      this.#parse();
      const frame = this.#frames.shift();
      if (frame?.type === "ping") return frame;
      if (frame === undefined) await this.bytes.until(() => this.bytes.receivedLength > this.#read);
    }
  }

  /** Waits for the next frame, which has to be of a type. */
  async expect(type: string, id?: number): Promise<ReadFrame> {
    const frame = await this.next();
    assert.equal(frame.type, type, `${frame.type} ${frame.id} ${new TextDecoder().decode(frame.body)}`);
    if (id !== undefined) assert.equal(frame.id, id);
    return frame;
  }

  /** Waits for a GOAWAY of a code, and the end of the byte stream behind it. */
  async expectViolation(code: string): Promise<void> {
    for (;;) {
      const frame = await this.next();
      if (frame.type !== "go-away") continue;
      assert.equal(codeOf(frame), code);
      break;
    }
    await this.bytes.until(() => this.bytes.state !== "open");
  }

  #parse(): void {
    const { received } = this.bytes;
    for (;;) {
      const [length, at] = number(received, this.#read);
      if (length === undefined || at + length > received.length) return;
      const kind = received[at] as number;
      const type = names[kind & 15] ?? "unknown";
      const end = at + length;
      const [id, body] = type === "settings" || type === "ping" ? [0, at + 1] : number(received, at + 1);
      this.#frames.push({ type, flags: kind >> 4, id: id ?? 0, body: received.subarray(body, end) });
      this.#read = end;
    }
  }
}

/** The code at the beginning of an ERROR's, CANCEL's or GOAWAY's body. */
export function codeOf({ body }: ReadFrame): string {
  const [length, at] = number(body, 0);
  return new TextDecoder().decode(body.subarray(at, at + (length ?? 0)));
}

function number(bytes: Uint8Array, from: number): [value: number | undefined, end: number] {
  let value = 0;
  for (let at = from, scale = 1; at < bytes.length; at++, scale *= 128) {
    const byte = bytes[at] as number;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, at + 1];
  }
  return [undefined, bytes.length];
}
