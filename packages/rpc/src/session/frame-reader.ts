import { releaseMemory } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Path } from "../transport/invocation.ts";
import { Cursor, headIncomplete } from "./cursor.ts";
import { maxMetadata, readMetadata } from "./metadata.ts";
import type { HeadReader, OpenHead } from "./open-reader.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import { DataFlag, ERROR_RETRYABLE, FrameType, OpenFlag, PING_ACK, PING_BYTES } from "./wire.ts";

/** How an invocation failed, as its answerer said. */
export interface WireFailure {
  readonly code: string;
  /** 0 no, 1 maybe, 2 yes. */
  readonly started: number;
  readonly retryable: boolean;
  readonly message: string;
}

/** Takes what frames say. All of them may throw what ends the connection. */
export interface FrameSink {
  /** The cursor stands in front of the pairs. */
  onSettings(cursor: Cursor): void;
  /** @param halfEnd whether these bytes are all that the opener sends */
  onOpen(head: OpenHead, bytes: Uint8Array, halfEnd: boolean): void;
  /** @param flags those of {@link DataFlag} that hold behind the bytes */
  onData(id: number, path: Path, bytes: Uint8Array, flags: number): void;
  onFailure(id: number, failure: WireFailure): void;
  onCancel(id: number, code: string): void;
  onCredit(id: number, path: Path, bytes: number): void;
  /** @param path the root for all paths */
  onStop(id: number, path: Path): void;
  onPing(bytes: Uint8Array, ack: boolean): void;
  onGoAway(lastId: number, code: string, message: string): void;
  onDrop(numbers: readonly number[]): void;
  /** What the bytes of the next OPEN or DATA begin to give away; there may be more such frames in front of that. */
  onGive(handles: readonly number[]): void;
}

/** Longest code and message of an error, in bytes. */
export const MAX_CODE_BYTES = 64;
export const MAX_MESSAGE_BYTES = 4096;

/** What everything in front of a frame's data may need besides names and metadata: numbers, a path, an error. */
const HEAD_RESERVE_BYTES = 8192;

/** An incomplete head is looked at again once so many bytes of it are there; twice as many each time after that. */
const FIRST_TRY_BYTES = 256;

const ROOT: Path = [];
const noBytes = new Uint8Array(0);

/**
 * Frames as their bytes arrive, however they are cut.
 *
 * States: length -> frame (its length is known; read at once if it is all there) -> length; or frame -> gathering (its
 * head is not all there) -> length or data; or frame -> data (of OPEN and DATA; passed on as it comes, so that nothing is
 * allocated for a length that was announced) -> length.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  readonly #limits: Limits;
  readonly #maxHeadBytes: number;
  readonly #heads: HeadReader;
  readonly #cursor = new Cursor();
  /** Length of the frame whose length byte by byte is being read. */
  #length = 0;
  #lengthScale = 1;
  /** The first bytes of a frame, and how many there must be to look at them again; no frame when that is 0. */
  #gathered: Uint8Array = noBytes;
  #gatheredLength = 0;
  #nextTry = 0;
  /** Where the data under way belongs, how much is still to come, and what holds behind it. */
  #dataId = 0;
  #dataPath: Path = ROOT;
  #dataFlags = 0;
  #dataRemaining = 0;
  /** How many of the bytes being read the sink has got to keep. */
  #passedOn = 0;
  /** Whether handles were given, so that what follows has to hold them. */
  #giving = false;

  /** @param heads reads what calls of the peer are opened with */
  constructor(sink: FrameSink, limits: Limits, heads: HeadReader) {
    this.#heads = heads;
    this.#sink = sink;
    this.#limits = limits;
    this.#maxHeadBytes = maxMetadata(limits) + 2 * limits.maxNameBytes + HEAD_RESERVE_BYTES;
  }

  /** Whether the bytes so far end inside a frame. */
  get insideFrame(): boolean {
    return this.#dataRemaining > 0 || this.#nextTry > 0 || this.#lengthScale > 1;
  }

  /**
   * @param steps most frames to read, where those count whose bytes are not all there
   * @returns where the bytes begin that were not read
   * @throws RpcError `protocol` for bytes that are no frames, or too large ones, and whatever the sink throws
   */
  push(bytes: Uint8Array, offset = 0, steps: number = Number.POSITIVE_INFINITY): number {
    let at = offset;
    this.#passedOn = 0;
    for (let step = 0; step < steps && at < bytes.length; step++) {
      if (this.#dataRemaining > 0) at = this.#passData(bytes, at);
      else if (this.#nextTry > 0) at = this.#gather(bytes, at);
      else at = this.#readLength(bytes, at);
    }
    releaseMemory(bytes.buffer, at - offset - this.#passedOn);
    return at;
  }

  #readLength(bytes: Uint8Array, at: number): number {
    const byte = bytes[at] as number;
    this.#length += (byte & 0x7f) * this.#lengthScale;
    if (this.#length > DEFAULT_SETTINGS.maxFrameBytes || this.#lengthScale > 2 ** 21) {
      throw new RpcError("protocol", `a frame is longer than ${DEFAULT_SETTINGS.maxFrameBytes} bytes`);
    }
    if (byte >= 0x80) {
      this.#lengthScale *= 0x80;
      return at + 1;
    }
    if (byte === 0) {
      throw new RpcError("protocol", this.#length === 0 ? "a frame is empty" : "a length is not in its shortest form");
    }
    this.#lengthScale = 1;
    return this.#readFrame(bytes, at + 1);
  }

  /** Reads a frame from where its bytes begin: all of it, or what is there if that is enough. */
  #readFrame(bytes: Uint8Array, at: number): number {
    const end = Math.min(at + this.#length, bytes.length);
    if (end > at && this.#parse(bytes, at, end)) return end;
    this.#gathered = noBytes;
    this.#gatheredLength = 0;
    this.#keep(bytes, at, end);
    this.#tryLater();
    return end;
  }

  #gather(bytes: Uint8Array, at: number): number {
    const wanted = Math.min(this.#nextTry, this.#length) - this.#gatheredLength;
    const end = Math.min(at + wanted, bytes.length);
    this.#keep(bytes, at, end);
    if (this.#gatheredLength < Math.min(this.#nextTry, this.#length)) return end;
    // What is read from them belongs to the receiver, so they are gathered into other memory next time.
    const gathered = this.#gathered;
    if (this.#parse(gathered, 0, this.#gatheredLength)) {
      this.#nextTry = 0;
      this.#gathered = noBytes;
    } else this.#tryLater();
    return end;
  }

  /** Twice as many bytes may be enough; more than all fields together may have will not be. */
  #tryLater(): void {
    if (this.#gatheredLength > this.#maxHeadBytes) {
      throw new RpcError("protocol", `what is in front of a frame's data exceeds ${this.#maxHeadBytes} bytes`);
    }
    this.#nextTry = Math.min(Math.max(FIRST_TRY_BYTES, 2 * this.#gatheredLength), this.#maxHeadBytes + 1);
  }

  #keep(bytes: Uint8Array, from: number, to: number): void {
    const length = this.#gatheredLength + to - from;
    if (length > this.#gathered.length) {
      const larger = new Uint8Array(Math.max(FIRST_TRY_BYTES, 2 * length));
      larger.set(this.#gathered.subarray(0, this.#gatheredLength));
      this.#gathered = larger;
    }
    this.#gathered.set(bytes.subarray(from, to), this.#gatheredLength);
    this.#gatheredLength = length;
  }

  #passData(bytes: Uint8Array, at: number): number {
    const count = Math.min(this.#dataRemaining, bytes.length - at);
    this.#dataRemaining -= count;
    const flags = this.#dataRemaining === 0 ? this.#dataFlags : 0;
    this.#passedOn += count;
    this.#sink.onData(this.#dataId, this.#dataPath, bytes.subarray(at, at + count), flags);
    return at + count;
  }

  /** Reads the frame that begins at `from`, of which the bytes up to `end` are there. `false` when those are too few. */
  #parse(bytes: Uint8Array, from: number, end: number): boolean {
    const missing = this.#length - (end - from);
    const cursor = this.#cursor;
    cursor.set(bytes, from, end);
    const head = cursor.byte();
    const type = head & 0x0f;
    const flags = head >> 4;
    const hasData = type === FrameType.data || type === FrameType.open;
    if (this.#giving && !hasData && type !== FrameType.give) {
      throw new RpcError("protocol", `handles were given in front of a frame of type ${type}, which holds no values`);
    }
    if (!hasData && this.#length > this.#maxHeadBytes) {
      throw new RpcError("protocol", `a frame of type ${type} and ${this.#length} bytes exceeds ${this.#maxHeadBytes}`);
    }
    if (missing > 0 && !hasData) return false;
    try {
      if (type === FrameType.data) this.#parseData(cursor, flags, missing);
      else if (type === FrameType.open) this.#parseOpen(cursor, flags, missing);
      else this.#parseControl(cursor, type, flags);
    } catch (error) {
      if (error !== headIncomplete) throw error;
      if (missing === 0) throw new RpcError("protocol", `a frame of type ${type} ends inside of its fields`);
      return false;
    } finally {
      if (missing === 0 || this.#dataRemaining > 0) this.#length = 0;
    }
    return true;
  }

  #parseData(cursor: Cursor, flags: number, missing: number): void {
    const id = cursor.varint();
    const path = (flags & DataFlag.root) === 0 ? cursor.path(this.#limits.maxPathDepth) : ROOT;
    if ((flags & DataFlag.metadata) !== 0) {
      if (path !== ROOT) throw new RpcError("protocol", "only the first bytes of a result can come with metadata");
      readMetadata(cursor, maxMetadata(this.#limits));
    }
    const bytes = this.#rest(cursor);
    const behind = flags & (DataFlag.halfEnd | DataFlag.pathEnd);
    if (bytes.length + missing === 0 && (flags & ~DataFlag.root) === 0) {
      throw new RpcError("protocol", "a frame of data has none, and ends nothing");
    }
    this.#giving = false;
    this.#expectData(id, path, behind, missing);
    this.#sink.onData(id, path, bytes, missing === 0 ? behind : 0);
  }

  #parseOpen(cursor: Cursor, flags: number, missing: number): void {
    const id = cursor.varint();
    const head = this.#heads.read(id, cursor, flags);
    const bytes = this.#rest(cursor);
    const halfEnd = (flags & OpenFlag.halfEnd) !== 0;
    this.#giving = false;
    this.#expectData(id, ROOT, halfEnd ? DataFlag.halfEnd : 0, missing);
    if (head !== undefined) this.#sink.onOpen(head, bytes, halfEnd && missing === 0);
  }

  #parseControl(cursor: Cursor, type: number, flags: number): void {
    if (type === FrameType.credit) {
      const id = cursor.varint();
      const path = this.#path(cursor, flags);
      this.#sink.onCredit(id, path, cursor.varint());
    } else if (type === FrameType.stop) {
      this.#sink.onStop(cursor.varint(), this.#path(cursor, flags));
    } else if (type === FrameType.error) this.#parseFailure(cursor, flags);
    else if (type === FrameType.cancel) this.#sink.onCancel(cursor.varint(), cursor.text("a code", MAX_CODE_BYTES));
    else if (type === FrameType.ping) this.#sink.onPing(cursor.take(PING_BYTES), (flags & PING_ACK) !== 0);
    else if (type === FrameType.settings) this.#sink.onSettings(cursor);
    else if (type === FrameType.goAway) {
      const lastId = cursor.varint();
      const code = cursor.text("a code", MAX_CODE_BYTES);
      this.#sink.onGoAway(lastId, code, cursor.text("a message", MAX_MESSAGE_BYTES));
    } else if (type === FrameType.drop) this.#sink.onDrop(readHandles(cursor));
    else if (type === FrameType.give) {
      this.#sink.onGive(readHandles(cursor));
      this.#giving = true;
    }
    // Frames of types that are not known are for later versions, and skipped.
  }

  #parseFailure(cursor: Cursor, flags: number): void {
    const id = cursor.varint();
    const code = cursor.text("a code", MAX_CODE_BYTES);
    const started = cursor.byte();
    const message = cursor.text("a message", MAX_MESSAGE_BYTES);
    this.#sink.onFailure(id, { code, started, retryable: (flags & ERROR_RETRYABLE) !== 0, message });
  }

  #path(cursor: Cursor, flags: number): Path {
    return (flags & DataFlag.root) === 0 ? cursor.path(this.#limits.maxPathDepth) : ROOT;
  }

  /** What is behind the cursor. */
  #rest({ bytes, at, end }: Cursor): Uint8Array {
    if (at === end) return noBytes;
    if (bytes !== this.#gathered) this.#passedOn += end - at;
    return bytes.subarray(at, end);
  }

  #expectData(id: number, path: Path, flags: number, missing: number): void {
    this.#dataId = id;
    this.#dataPath = path;
    this.#dataFlags = flags;
    this.#dataRemaining = missing;
  }
}

/** Numbers up to the end of the frame. @throws RpcError `protocol` where there are none */
function readHandles(cursor: Cursor): number[] {
  const handles: number[] = [];
  while (cursor.at < cursor.end) handles.push(cursor.varint());
  if (handles.length === 0) throw new RpcError("protocol", "a frame of handles has none");
  return handles;
}
