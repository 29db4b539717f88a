import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../../harness/median.ts";

/** What is done, `times` times; reading gives, over all times, how many bytes came and the last of them. */
export interface Cases {
  clock(times: number): void | Promise<void>;
  read(times: number): Promise<bigint>;
  openAndRead(times: number): Promise<bigint>;
}

export type CaseName = keyof Cases;

/** How much is read. */
export const size: number = 64 * 1024;
const last = 7;

const counts: Readonly<Record<CaseName, number>> = { clock: 200_000, read: 1000, openAndRead: 500 };
const batches = 15;

/** Runs a case over a folder that has the file `data`, and prints the median over batches, in microseconds. */
export async function report(name: CaseName, prepare: (folder: string) => Promise<Cases>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-wasi-"));
  try {
    writeFileSync(join(folder, "data"), new Uint8Array(size).fill(last));
    const cases = await prepare(folder);
    const count = counts[name];
    const times: number[] = [];
    for (let run = -5; run < batches; run++) {
      const start = process.hrtime.bigint();
      const answer = await cases[name](count);
      const microseconds = Number(process.hrtime.bigint() - start) / 1e3 / count;
      const expected = name === "clock" ? undefined : BigInt(count * (size + last));
      if (answer !== expected) throw new Error(`the answer was ${answer} instead of ${expected}`);
      if (run >= 0) times.push(microseconds);
    }
    console.log(JSON.stringify({ value: median(times), fastest: Math.min(...times), batches, count }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
