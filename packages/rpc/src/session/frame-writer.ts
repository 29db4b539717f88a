import { Writer } from "@witwire/codec";
import { bytesSent } from "@witwire/wit/values";
import { varintSize, writeVarint } from "../framing/varint.ts";
import type { Path } from "../transport/invocation.ts";
import type { WireFailure } from "./frame-reader.ts";
import { MAX_CODE_BYTES, MAX_MESSAGE_BYTES } from "./frame-reader.ts";
import type { TargetReference } from "./target-table.ts";
import { DataFlag, ERROR_RETRYABLE, FrameType, MAX_HANDLES_PER_FRAME, OpenFlag, PING_ACK } from "./wire.ts";

/** Data up to this size is copied behind its head, so that many small frames leave as one piece. */
const JOIN_BYTES = 4096;

/** Where the bytes of a frame come from: an OPEN's or a DATA's. */
export interface DataSource {
  /** Moves the next bytes into a frame that is being written. */
  moveTo(writer: FrameWriter, count: number): void;
}

/** Everything in front of an OPEN's data. */
export interface OpenFields {
  readonly target: TargetReference;
  /** Microseconds; `Infinity` to say nothing. */
  readonly timeout: number;
  readonly metadata: Uint8Array | undefined;
}

const encoder = new TextEncoder();

/**
 * Writes frames one behind the other, into as few pieces of memory as possible: small ones share a piece, large data stays
 * where it is.
 */
export class FrameWriter {
  readonly #writer = new Writer();
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;

  /** Bytes that were written and not yet taken. */
  get length(): number {
    return this.#pieceBytes + this.#writer.position;
  }

  /** Everything that was written, in order. */
  take(): Uint8Array[] {
    this.#closePiece();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#pieceBytes = 0;
    return pieces;
  }

  /** Bytes as they are, copied unless they are many. */
  bytes(bytes: Uint8Array): void {
    if (bytes.length <= JOIN_BYTES) {
      this.#writer.bytes(bytes);
      bytesSent(bytes);
    } else {
      this.#closePiece();
      this.#pieces.push(bytes);
      this.#pieceBytes += bytes.length;
    }
  }

  settings(pairs: readonly (readonly [id: number, value: number])[]): void {
    const size = pairs.reduce((sum, [id, value]) => sum + varintSize(id) + varintSize(value), 0);
    this.#head(size, FrameType.settings, 0);
    for (const [id, value] of pairs) {
      writeVarint(this.#writer, id);
      writeVarint(this.#writer, value);
    }
  }

  open(id: number, { target, timeout, metadata }: OpenFields, data: DataSource, count: number, halfEnd: boolean): void {
    const known = typeof target === "number";
    const timed = Number.isFinite(timeout);
    let size = varintSize(id) + (known ? varintSize(target) : target.length) + count;
    let flags = (halfEnd ? OpenFlag.halfEnd : 0) | (known ? 0 : OpenFlag.target);
    if (timed) {
      size += varintSize(timeout);
      flags |= OpenFlag.timeout;
    }
    if (metadata !== undefined) {
      size += metadata.length;
      flags |= OpenFlag.metadata;
    }
    this.#head(size, FrameType.open, flags);
    writeVarint(this.#writer, id);
    if (known) writeVarint(this.#writer, target);
    else this.#writer.bytes(target);
    if (timed) writeVarint(this.#writer, timeout);
    if (metadata !== undefined) this.bytes(metadata);
    data.moveTo(this, count);
  }

  /** @param flags `halfEnd` and `pathEnd` of {@link DataFlag} */
  data(id: number, path: Path, data: DataSource, count: number, flags: number): void {
    this.#addressed(FrameType.data, flags, id, path, count);
    data.moveTo(this, count);
  }

  failure(id: number, { code, started, retryable, message }: WireFailure): void {
    const codeBytes = textBytes(code, MAX_CODE_BYTES);
    const messageBytes = textBytes(message, MAX_MESSAGE_BYTES);
    const size = varintSize(id) + textSize(codeBytes) + 1 + textSize(messageBytes);
    this.#head(size, FrameType.error, retryable ? ERROR_RETRYABLE : 0);
    writeVarint(this.#writer, id);
    this.#text(codeBytes);
    this.#writer.byte(started);
    this.#text(messageBytes);
  }

  cancel(id: number, code: string): void {
    const codeBytes = textBytes(code, MAX_CODE_BYTES);
    this.#head(varintSize(id) + textSize(codeBytes), FrameType.cancel, 0);
    writeVarint(this.#writer, id);
    this.#text(codeBytes);
  }

  credit(id: number, path: Path, bytes: number): void {
    this.#addressed(FrameType.credit, 0, id, path, varintSize(bytes));
    writeVarint(this.#writer, bytes);
  }

  /** @param path the root for all paths */
  stop(id: number, path: Path): void {
    this.#addressed(FrameType.stop, 0, id, path, 0);
  }

  /** Numbers of handles that are no longer held, in as many frames as they need. */
  drop(numbers: readonly number[]): void {
    this.#handles(FrameType.drop, numbers);
  }

  /** Handles that the bytes of the next frame begin to give away; that frame has to be an OPEN or DATA. */
  give(handles: readonly number[]): void {
    this.#handles(FrameType.give, handles);
  }

  ping(bytes: Uint8Array, ack: boolean): void {
    this.#head(bytes.length, FrameType.ping, ack ? PING_ACK : 0);
    this.#writer.bytes(bytes);
  }

  goAway(lastId: number, code: string, message: string): void {
    const codeBytes = textBytes(code, MAX_CODE_BYTES);
    const messageBytes = textBytes(message, MAX_MESSAGE_BYTES);
    this.#head(varintSize(lastId) + textSize(codeBytes) + textSize(messageBytes), FrameType.goAway, 0);
    writeVarint(this.#writer, lastId);
    this.#text(codeBytes);
    this.#text(messageBytes);
  }

  #handles(type: number, handles: readonly number[]): void {
    for (let from = 0; from < handles.length; from += MAX_HANDLES_PER_FRAME) {
      const part = handles.slice(from, from + MAX_HANDLES_PER_FRAME);
      let size = 0;
      for (const handle of part) size += varintSize(handle);
      this.#head(size, type, 0);
      for (const handle of part) writeVarint(this.#writer, handle);
    }
  }

  /** Everything up to the path of a frame that belongs to one; `rest` is the number of bytes behind that. */
  #addressed(type: number, flags: number, id: number, path: Path, rest: number): void {
    let size = varintSize(id) + rest;
    if (path.length === 0) {
      this.#head(size, type, flags | DataFlag.root);
      writeVarint(this.#writer, id);
      return;
    }
    size += varintSize(path.length);
    for (const number of path) size += varintSize(number);
    this.#head(size, type, flags);
    writeVarint(this.#writer, id);
    writeVarint(this.#writer, path.length);
    for (const number of path) writeVarint(this.#writer, number);
  }

  /** @param size bytes behind the byte that says type and flags */
  #head(size: number, type: number, flags: number): void {
    writeVarint(this.#writer, size + 1);
    this.#writer.byte(type | (flags << 4));
  }

  #text(bytes: Uint8Array): void {
    this.#writer.u32(bytes.length);
    this.#writer.bytes(bytes);
  }

  #closePiece(): void {
    if (this.#writer.position === 0) return;
    const piece = this.#writer.take();
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
  }
}

function textSize(bytes: Uint8Array): number {
  return varintSize(bytes.length) + bytes.length;
}

/** UTF-8 of a text, cut between two characters where it is longer than allowed. */
function textBytes(text: string, most: number): Uint8Array {
  const bytes = new Uint8Array(Math.min(most, 3 * text.length));
  return bytes.subarray(0, encoder.encodeInto(text, bytes).written);
}
