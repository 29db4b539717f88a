import { readFile, writeFile } from "node:fs/promises";
import type { Direction } from "../peers/peer.ts";

/** What the two sides sent each other, row by row, as kept in `captures/<peer>-<direction>.json`. */
export interface CaptureFile {
  readonly peer: string;
  readonly direction: Direction;
  readonly rows: readonly CapturedRow[];
  /** Rows that were too long to keep. */
  readonly omitted: readonly string[];
}

export interface CapturedRow {
  readonly row: string;
  /** In the order in which they were opened; one per call. */
  readonly connections: readonly CapturedConnection[];
}

/** Bytes as hexadecimal text. */
export interface CapturedConnection {
  readonly request: string;
  readonly response: string;
}

function fileUrl(peer: string, direction: Direction): URL {
  return new URL(`../captures/${peer}-${direction}.json`, import.meta.url);
}

export async function readCaptures(peer: string, direction: Direction): Promise<CaptureFile> {
  return JSON.parse(await readFile(fileUrl(peer, direction), "utf8")) as CaptureFile;
}

/** A line for each row, so that a change of one shows as such. */
export async function writeCaptures(file: CaptureFile): Promise<void> {
  const { rows, ...rest } = file;
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  const head = JSON.stringify(rest, undefined, 2).slice(0, -2);
  await writeFile(fileUrl(file.peer, file.direction), `${head},\n  "rows": [\n${lines}\n  ]\n}\n`);
}
