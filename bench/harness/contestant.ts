import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { relative } from "node:path";
import type { Contestant } from "./row.ts";

/** A benchmark that cannot go on. The message says what to do about it. */
export class BenchError extends Error {
  override readonly name: string = "BenchError";
}

/** @throws BenchError naming what is missing, and what brings it */
export function checkNeeds(name: string, contestant: Contestant): void {
  for (const { path, wayOut } of contestant.needs ?? []) {
    if (!existsSync(path)) throw new BenchError(`${name} needs ${relative(process.cwd(), path)}; run: ${wayOut}`);
  }
}

/** How long a contestant may take, in milliseconds. */
const patience = 300_000;

/** Runs a contestant in a process of its own. @returns its number @throws BenchError with what it printed */
export function runContestant(name: string, contestant: Contestant): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, contestant.args, { stdio: ["ignore", "pipe", "pipe"], timeout: patience });
    const output = { stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output.stderr += text;
    });
    child.on("error", (error) => reject(new BenchError(`${name} cannot be started: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (code !== 0)
        return reject(new BenchError(`${name} ended with ${signal ?? `code ${code}`}:\n${output.stderr.trim()}`));
      const value = readValue(output.stdout, contestant.property ?? "value");
      if (value === undefined)
        reject(new BenchError(`${name} printed no number, but ${JSON.stringify(output.stdout.slice(0, 200))}`));
      else resolve(value);
    });
  });
}

/** The number in the last line that is a JSON object with this property. */
export function readValue(stdout: string, property: string): number | undefined {
  for (const line of stdout.trim().split("\n").reverse()) {
    try {
      const value: unknown = (JSON.parse(line) as Record<string, unknown> | null)?.[property];
      if (typeof value === "number" && Number.isFinite(value)) return value;
    } catch {
      // Not the line that we look for.
    }
  }
  return undefined;
}
