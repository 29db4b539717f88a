import { releaseMemory } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Path } from "../transport/invocation.ts";
import { Leb128 } from "./leb128.ts";

/** Takes the data of frames, possibly in several pieces per frame: frame boundaries carry no meaning. */
export type FrameSink = (path: Path, data: Uint8Array) => void;

const ROOT: Path = [];

/**
 * Frames as their bytes arrive, `path: list<u32>, data: list<u8>` one after the other.
 *
 * States: depth -> index (depth times) -> length -> data (length bytes) -> depth. Data is passed on as it comes, so
 * nothing is allocated for an announced length.
 */
export class FrameParser {
  readonly #sink: FrameSink;
  readonly #limits: Pick<Limits, "maxFrameBytes" | "maxPathDepth">;
  readonly #number = new Leb128();
  #state: "depth" | "index" | "length" | "data" = "depth";
  #path: number[] | Path = ROOT;
  #depth = 0;
  #remaining = 0;

  constructor(sink: FrameSink, limits: Pick<Limits, "maxFrameBytes" | "maxPathDepth">) {
    this.#sink = sink;
    this.#limits = limits;
  }

  /** Whether the bytes so far end inside a frame. */
  get insideFrame(): boolean {
    return this.#state !== "depth" || this.#number.partial;
  }

  /** @throws RpcError `protocol` when the bytes are no frames, or too large ones */
  push(bytes: Uint8Array, offset = 0): void {
    let at = offset;
    let passedOn = 0;
    while (at < bytes.length) {
      if (this.#state === "data") {
        const count = Math.min(this.#remaining, bytes.length - at);
        this.#remaining -= count;
        if (this.#remaining === 0) this.#state = "depth";
        this.#sink(this.#path, bytes.subarray(at, at + count));
        at += count;
        passedOn += count;
      } else {
        const value = this.#number.push(bytes[at++] as number);
        if (value >= 0) this.#take(value);
      }
    }
    releaseMemory(bytes.buffer, at - offset - passedOn);
  }

  #take(value: number): void {
    if (this.#state === "depth") this.#startPath(value);
    else if (this.#state === "index") {
      (this.#path as number[]).push(value);
      if (this.#path.length === this.#depth) this.#state = "length";
    } else this.#startData(value);
  }

  #startPath(depth: number): void {
    if (depth > this.#limits.maxPathDepth) {
      throw new RpcError(
        "protocol",
        `a path of ${depth} numbers exceeds the limit maxPathDepth (${this.#limits.maxPathDepth})`,
      );
    }
    this.#depth = depth;
    this.#path = depth === 0 ? ROOT : [];
    this.#state = depth === 0 ? "length" : "index";
  }

  #startData(length: number): void {
    if (length > this.#limits.maxFrameBytes) {
      throw new RpcError(
        "protocol",
        `a frame of ${length} bytes exceeds the limit maxFrameBytes (${this.#limits.maxFrameBytes})`,
      );
    }
    this.#remaining = length;
    this.#state = length === 0 ? "depth" : "data";
    if (length === 0) this.#sink(this.#path, new Uint8Array(0));
  }
}
