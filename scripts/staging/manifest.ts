import type { Manifest } from "../workspace.ts";

/** Where a source file of a package ends up when it is published. */
export function distPath(source: string, extension: ".js" | ".d.ts"): string {
  return source.replace(/^\.\/src\//, "./dist/").replace(/\.ts$/, extension);
}

/**
 * The package.json that is published: exports lead to `dist`, siblings are pinned, and what only the workspace needs is
 * gone. npm takes no notice of `publishConfig.exports`, and Node refuses TypeScript below `node_modules`, so the file
 * has to be written anew.
 *
 * @param siblings versions of the workspace's packages by name
 */
export function publishedManifest(manifest: Manifest, siblings: ReadonlyMap<string, string>): Record<string, unknown> {
  const { exports, dependencies, devDependencies, scripts, ...rest } = manifest as Manifest & Record<string, unknown>;
  const entries = Object.entries(exports ?? {}).map(([subpath, source]) => [
    subpath,
    { types: distPath(source, ".d.ts"), default: distPath(source, ".js") },
  ]);
  return {
    ...rest,
    files: ["dist", "src"],
    exports: { ...Object.fromEntries(entries), "./package.json": "./package.json" },
    ...(dependencies === undefined ? {} : { dependencies: pinned(dependencies, siblings) }),
    publishConfig: { access: "public" },
  };
}

/** The package.json of a package that is one bundled command: nothing to import, nothing to install. */
export function publishedCommandManifest(manifest: Manifest, command: string): Record<string, unknown> {
  const { exports, dependencies, devDependencies, scripts, bin, ...rest } = manifest as Manifest &
    Record<string, unknown>;
  const names = Object.keys((bin as Record<string, string> | undefined) ?? {});
  return {
    ...rest,
    files: ["dist"],
    bin: Object.fromEntries(names.map((name) => [name, command])),
    exports: { "./package.json": "./package.json" },
    publishConfig: { access: "public" },
  };
}

function pinned(
  dependencies: Readonly<Record<string, string>>,
  siblings: ReadonlyMap<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dependencies).map(([name, version]) => [name, siblings.get(name) ?? version]),
  );
}
