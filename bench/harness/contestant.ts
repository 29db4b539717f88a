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

/** The numbers of one run: that of the contestant under `value`, and all others that it printed with it. */
export type Numbers = { readonly value: number } & Readonly<Record<string, number>>;

/**
 * Runs a contestant in a process of its own.
 *
 * @param env default: that of this process
 * @returns its numbers
 * @throws BenchError with what it printed
 */
export function runContestant(name: string, contestant: Contestant, env?: NodeJS.ProcessEnv): Promise<Numbers> {
  return new Promise((resolve, reject) => {
    const stdio: ["ignore", "pipe", "pipe"] = ["ignore", "pipe", "pipe"];
    const child = spawn(process.execPath, contestant.args, { stdio, timeout: patience, ...(env && { env }) });
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
      const numbers = readNumbers(output.stdout, contestant.property ?? "value");
      if (numbers === undefined)
        reject(new BenchError(`${name} printed no number, but ${JSON.stringify(output.stdout.slice(0, 200))}`));
      else resolve(numbers);
    });
  });
}

/** The numbers in the last line that is a JSON object with this property, which is also given as `value`. */
export function readNumbers(stdout: string, property: string): Numbers | undefined {
  for (const line of stdout.trim().split("\n").reverse()) {
    try {
      const printed = Object.entries((JSON.parse(line) as Record<string, unknown> | null) ?? {});
      const numbers = Object.fromEntries(printed.filter((entry): entry is [string, number] => isNumber(entry[1])));
      const value = numbers[property];
      if (value !== undefined) return { ...numbers, value };
    } catch {
      // Not the line that we look for.
    }
  }
  return undefined;
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}
