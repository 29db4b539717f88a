import type { Metadata } from "@witwire/wit/values";
import type { Header } from "../framing/header.ts";
import type { Limits } from "../limits.ts";
import type { Cursor } from "./cursor.ts";
import { maxMetadata, readMetadata } from "./metadata.ts";
import { ReceivedTargets } from "./target-table.ts";
import { OpenFlag } from "./wire.ts";

/** What opens an invocation, less the first bytes of its parameters. */
export interface OpenHead {
  readonly id: number;
  readonly target: Header;
  /** Microseconds that the caller still waits; `Infinity` where it did not say. */
  readonly timeout: number;
  readonly metadata: Metadata;
  readonly metadataBytes: number;
}

/** Reads the fields of OPEN behind the number of the call. */
export interface HeadReader {
  /**
   * @returns `undefined` where the call was refused without looking at them
   * @throws what {@link Cursor} throws where they are not all there; they are read again then
   */
  read(id: number, cursor: Cursor, flags: number): OpenHead | undefined;
}

const noMetadata: Metadata = Object.freeze({});

/** Reads who is called, and remembers the numbers that stand for it. */
export class OpenReader implements HeadReader {
  readonly #limits: Limits;
  readonly #targets = new ReceivedTargets();

  /** @param target what number 0 stands for, where both sides know that without a frame */
  constructor(limits: Limits, target?: Header) {
    this.#limits = limits;
    if (target !== undefined) this.#targets.add(target, 0);
  }

  read(id: number, cursor: Cursor, flags: number): OpenHead {
    let target: Header | undefined;
    let targetBytes = 0;
    let number = 0;
    if ((flags & OpenFlag.target) === 0) number = cursor.varint();
    else {
      const instance = cursor.text("an instance name", this.#limits.maxNameBytes);
      targetBytes = cursor.textBytes;
      const name = cursor.text("a function name", this.#limits.maxNameBytes);
      targetBytes += cursor.textBytes;
      target = { instance, name };
    }
    const timeout = (flags & OpenFlag.timeout) === 0 ? Number.POSITIVE_INFINITY : cursor.varint();
    const metadataBegin = cursor.at;
    const metadata = (flags & OpenFlag.metadata) === 0 ? noMetadata : readMetadata(cursor, maxMetadata(this.#limits));
    const metadataBytes = cursor.at - metadataBegin;
    // The head is complete, so from here on it is not read again.
    if (target === undefined) target = this.#targets.get(number);
    else this.#targets.add(target, targetBytes);
    return { id, target, timeout, metadata, metadataBytes };
  }
}
