/**
 * The WIT inputs under `testdata/`. A valid input is a file `valid/<name>.wit` or a folder `valid/<name>/` laid out as
 * tools expect it: `*.wit`, and `deps/` with a folder or a file for each dependency. An invalid one is the same under
 * `invalid/`, with the error that it must give: in the first line, `// line:column: sentence`, or for a folder in
 * `error.txt` as `file:line:column: sentence`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { WitFile, WitSource } from "../text/index.ts";

/** One input. */
export interface WitInput {
  readonly name: string;
  /** Where it is, as an absolute path of a file or folder. */
  readonly path: string;
  readonly source: WitSource;
}

/** The features that are enabled for all inputs. */
export const features: readonly string[] = ["active"];

const root = fileURLToPath(new URL("../../testdata/", import.meta.url));

/** The valid or invalid inputs, by name. */
export function readInputs(kind: "valid" | "invalid"): WitInput[] {
  const names = readdirSync(`${root}${kind}`, { withFileTypes: true });
  return names
    .map((entry): WitInput => {
      const path = `${root}${kind}/${entry.name}`;
      return {
        name: entry.name.replace(/\.wit$/, ""),
        path,
        source: entry.isDirectory() ? folder(path) : single(path),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The message that an invalid input must give. */
export function expectedMessage({ path, source }: WitInput): string {
  if (!path.endsWith(".wit")) return readFileSync(`${path}/error.txt`, "utf8").trim();
  const [file] = source.files;
  const line = /^\/\/ (.*)\n/.exec(file?.text ?? "");
  return `${file?.file}:${line?.[1]}`;
}

function single(path: string): WitSource {
  return { files: [read(path, path.replace(/.*\//, ""))] };
}

function folder(path: string): WitSource {
  const deps = existsSync(`${path}/deps`) ? readdirSync(`${path}/deps`, { withFileTypes: true }) : [];
  return {
    files: witFiles(path, ""),
    dependencies: deps.map((entry) =>
      entry.isDirectory()
        ? witFiles(path, `deps/${entry.name}/`)
        : [read(`${path}/deps/${entry.name}`, `deps/${entry.name}`)],
    ),
  };
}

function witFiles(path: string, below: string): WitFile[] {
  const names = readdirSync(`${path}/${below}`).filter((name) => name.endsWith(".wit"));
  return names.map((name) => read(`${path}/${below}${name}`, `${below}${name}`));
}

function read(path: string, file: string): WitFile {
  return { file, text: readFileSync(path, "utf8") };
}
