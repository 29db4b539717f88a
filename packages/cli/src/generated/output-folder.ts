import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type GeneratedFile, generatedMark } from "@witwire/bindgen";
import { UsageError } from "../usage-error.ts";

/** How a file in the folder compares with what would be generated. `stale` ones were generated once, and are no more. */
export type FileState = "new" | "changed" | "unchanged" | "stale";

export interface PlannedFile {
  /** Relative to the folder. */
  readonly path: string;
  readonly state: FileState;
  /** Absent for stale ones. */
  readonly text?: string;
}

/**
 * Compares what was generated with what is there.
 *
 * @throws UsageError naming files that are in the way and were not generated
 */
export async function planOutput(folder: string, files: readonly GeneratedFile[]): Promise<PlannedFile[]> {
  const planned: PlannedFile[] = [];
  const foreign: string[] = [];
  for (const { path, text } of files) {
    const found = await readText(join(folder, path));
    if (found !== undefined && !isGenerated(found)) foreign.push(path);
    else planned.push({ path, text, state: found === undefined ? "new" : found === text ? "unchanged" : "changed" });
  }
  if (foreign.length > 0) {
    const [verb, what] = foreign.length === 1 ? ["was", "it"] : ["were", "them"];
    throw new UsageError(
      `${foreign.map((path) => join(folder, path)).join(", ")} ${verb} not generated; move ${what}, or use another folder`,
    );
  }
  return [...planned, ...(await findStale(folder, new Set(files.map(({ path }) => path))))];
}

/** Writes what is new or has changed. */
export async function writeOutput(folder: string, planned: readonly PlannedFile[]): Promise<void> {
  for (const { path, state, text } of planned) {
    if (text === undefined || state === "unchanged") continue;
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

async function findStale(folder: string, current: ReadonlySet<string>): Promise<PlannedFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const stale: PlannedFile[] = [];
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name);
    const path = file.slice(join(folder, "/").length).replaceAll("\\", "/");
    if (!entry.isFile() || !path.endsWith(".ts") || current.has(path)) continue;
    if (isGenerated((await readText(file)) ?? "")) stale.push({ path, state: "stale" });
  }
  return stale.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function isGenerated(text: string): boolean {
  return text.startsWith(generatedMark);
}

/** @throws Error where there is something that cannot be read, as a folder */
async function readText(file: string): Promise<string | undefined> {
  try {
    // What git checked out with other line ends is the same file.
    return (await readFile(file, "utf8")).replaceAll("\r\n", "\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
