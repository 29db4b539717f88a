import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** What a bundle weighs. */
export interface Size {
  /** Bytes of minified JavaScript. */
  readonly minified: number;
  /** Bytes of it as browsers fetch it, with gzip at its best. */
  readonly gzip: number;
  /** Minified bytes by where they come from, such as `rpc/session`; the largest first. */
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  /** Bytes inside strings of five words and more, which are messages for people. */
  readonly messages: number;
}

/** Bundles a module's source for browsers, minified, and weighs it. */
export async function measure(source: string, root: string): Promise<Size> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: root, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    metafile: true,
    absWorkingDir: root,
  });
  const bundle = outputFiles[0]?.contents ?? new Uint8Array(0);
  const parts = new Map<string, number>();
  for (const output of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(output.inputs)) {
      const name = partOf(path);
      parts.set(name, (parts.get(name) ?? 0) + bytesInOutput);
    }
  }
  return {
    minified: bundle.length,
    gzip: gzipSync(bundle, { level: 9 }).length,
    parts: [...parts].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes),
    messages: messageBytes(new TextDecoder().decode(bundle)),
  };
}

/** `packages/rpc/src/session/wire.ts` belongs to `rpc/session`. */
function partOf(path: string): string {
  const match = /^packages\/([^/]+)\/src\/(?:([^/]+)\/)?/.exec(path);
  return match === null ? path : [match[1], match[2]].filter((part) => part !== undefined).join("/");
}

function messageBytes(code: string): number {
  const strings = code.match(/"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g) ?? [];
  return strings.filter((text) => text.split(" ").length >= 5).reduce((sum, text) => sum + text.length, 0);
}
