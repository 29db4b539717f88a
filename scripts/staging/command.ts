import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * Bundles the command with all that it uses. Subcommands that the entry imports dynamically become files of their own,
 * so that `--version` reads only the entry: that is what the time to start depends on. The entry has the `#!` line.
 *
 * @param external packages that are found where the command is installed, or not at all
 * @returns path of the command, relative to the package
 */
export async function bundleCommand(entry: string, target: string, external: readonly string[]): Promise<string> {
  const outdir = join(target, "dist");
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: { witwire: entry },
    outdir,
    outExtension: { ".js": ".mjs" },
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    external: [...external],
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "linked",
    logLevel: "warning",
  });
  chmodSync(join(outdir, "witwire.mjs"), 0o755);
  return "./dist/witwire.mjs";
}
