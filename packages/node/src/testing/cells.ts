import { findInterface, type InterfaceRef } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallContext } from "@witwire/wit/values";

/** Resources that both sides give each other by the thousands. */
export const cells: InterfaceRef = findInterface(
  parseWit(`
    package test:cells;
    interface cells {
      resource cell { constructor(n: u32); number: func() -> u32; }
      make: func(count: u32) -> list<cell>;
      keep: func(cells: list<cell>) -> u32;
      sum: func() -> u64;
      give-back: func(count: u32) -> list<cell>;
      drop: func(count: u32);
      stuck: func(cells: list<cell>);
    }
  `),
  "cells",
);

/** A cell that counts how many of its kind there are. */
export class Cell {
  static live = 0;
  readonly #number: number;
  #disposed = false;

  constructor(number: number) {
    this.#number = number;
    Cell.live++;
  }

  number(): number {
    return this.#number;
  }

  [Symbol.dispose](): void {
    if (!this.#disposed) Cell.live--;
    this.#disposed = true;
  }
}

/** What a server holds of a cell that a client has made. */
interface RemoteCell extends Disposable {
  number(): Promise<number>;
}

/** The server's side: keeps what it is given until it is asked to give it back or drop it. */
export function cellServer(): object {
  const kept: RemoteCell[] = [];
  return {
    Cell,
    make: (count: number) => Array.from({ length: count }, (_, n) => new Cell(n)),
    keep: (given: RemoteCell[]) => {
      for (const cell of given) kept.push(cell);
      return kept.length;
    },
    sum: async () => {
      const numbers = await Promise.all(kept.slice(0, 200).map((cell) => cell.number()));
      return BigInt(numbers.reduce((sum, number) => sum + number, 0));
    },
    giveBack: (count: number) => kept.splice(-count),
    drop: (count: number) => {
      for (const cell of kept.splice(-count)) cell[Symbol.dispose]();
    },
    stuck: (given: RemoteCell[], { signal }: CallContext) => {
      for (const cell of given) kept.push(cell);
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    },
  };
}
