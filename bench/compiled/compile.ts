import { globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const bench = join(import.meta.dirname, "..");

/** Where compiled modules lie, each under the path of its source from the root of the repository. */
export const compiledFolder: string = join(bench, ".compiled");

/**
 * Compiles the packages and the benchmarks to JavaScript, one file each, as those have it who install packages. Node could
 * strip the types itself, but that leaves its compiler in the heap of every process, and heaps of more than 8 MB are
 * collected twice as often while little lives in them.
 *
 * @returns the environment in which Node loads what was compiled, in processes that it starts too
 */
export async function compileSources(): Promise<NodeJS.ProcessEnv> {
  const root = join(bench, "..");
  rmSync(compiledFolder, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: globSync(["packages/*/src/**/*.ts", "bench/*.ts", "bench/rows/**/*.ts", "bench/harness/*.ts"], {
      cwd: root,
      exclude: (path) => path.includes("node_modules") || /test\.ts$|\.d\.ts$/.test(path),
    }),
    bundle: false,
    format: "esm",
    target: "es2022",
    sourcemap: true,
    outbase: root,
    outdir: compiledFolder,
    logLevel: "error",
  });
  const hooks = `--import=${pathToFileURL(join(import.meta.dirname, "hooks.mjs")).href}`;
  // biome-ignore lint/complexity/useLiteralKeys: an index signature
  return { ...process.env, NODE_OPTIONS: [process.env["NODE_OPTIONS"], hooks].filter(Boolean).join(" ") };
}
