import { median } from "../../harness/median.ts";

/** What is measured of an engine. Each returns microseconds per operation. */
export const caseNames = ["sync-u32", "sync-string", "awaited-import", "promising-export", "instance"] as const;

export type CaseName = (typeof caseNames)[number];

/** One engine with the guest in it, ready to be called. */
export interface Engine {
  /** Instantiated so that nothing suspends. */
  readonly sync?: { nop(x: number): number; greet?(name: string): string };
  /** Instantiated with an import that answers with a promise. */
  readonly suspending?: { nop(x: number): Promise<number>; run(n: number): Promise<number> };
  /** Makes a fresh instance of what is compiled. */
  instantiate?(): unknown;
}

const batches = 15;

/** Runs a case, and prints its median over batches. Answers are checked. */
export async function report(name: string, engine: Engine): Promise<void> {
  const { batch, count } = prepare(name as CaseName, engine);
  for (let warmup = 0; warmup < 5; warmup++) await batch(count);
  const times: number[] = [];
  for (let run = 0; run < batches; run++) {
    const start = process.hrtime.bigint();
    await batch(count);
    times.push(Number(process.hrtime.bigint() - start) / 1e3 / count);
  }
  console.log(JSON.stringify({ value: median(times), fastest: Math.min(...times), batches, count }));
}

interface Batch {
  readonly count: number;
  batch(count: number): void | Promise<void>;
}

function prepare(name: CaseName, { sync, suspending, instantiate }: Engine): Batch {
  switch (name) {
    case "sync-u32":
      return {
        count: 20_000,
        batch: (count) => {
          for (let x = 0; x < count; x++) check(sync?.nop(x), x);
        },
      };
    case "sync-string":
      return {
        count: 10_000,
        batch: (count) => {
          for (let x = 0; x < count; x++) check(sync?.greet?.("hello, component"), "hello, component");
        },
      };
    case "awaited-import":
      return { count: 10_000, batch: async (count) => check(await suspending?.run(count), (count * (count + 1)) / 2) };
    case "promising-export":
      return {
        count: 10_000,
        batch: async (count) => {
          for (let x = 0; x < count; x++) check(await suspending?.nop(x), x);
        },
      };
    case "instance":
      return {
        count: 300,
        batch: async (count) => {
          for (let made = 0; made < count; made++) await instantiate?.();
        },
      };
  }
}

function check(found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`the guest answered ${String(found)} instead of ${String(expected)}`);
}
