import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runNpm } from "../run.ts";
import { type Manifest, readManifests } from "../workspace.ts";
import { bundleCommand } from "./command.ts";
import { compilePackages } from "./compile.ts";
import { publishedCommandManifest, publishedManifest } from "./manifest.ts";

/** A package as it would be published. */
export interface StagedPackage {
  readonly name: string;
  readonly folder: string;
  readonly tarball: string;
}

/**
 * Writes every package to `.staging/<name>` as it would be published, and packs it to `.staging/tarballs`. Packages whose
 * entries are not written yet are left out, and so is what depends on them.
 *
 * @param report gets a line per package
 */
export async function stage(root: string, report: (line: string) => void): Promise<StagedPackage[]> {
  const staging = join(root, ".staging");
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(join(staging, "tarballs"), { recursive: true });
  const manifests = withContent(root, readManifests(root), report);
  const versions = new Map([...manifests.values()].map((manifest) => [manifest.name, manifest.version]));
  const libraries = [...manifests].filter(([, manifest]) => manifest.bin === undefined);
  await compilePackages(
    root,
    libraries.map(([name]) => name),
    staging,
  );
  const staged: StagedPackage[] = [];
  for (const [name, manifest] of manifests) {
    const folder = join(staging, name);
    mkdirSync(folder, { recursive: true });
    const published = await publish(root, name, manifest, folder, versions);
    writeFileSync(join(folder, "package.json"), `${JSON.stringify(published, undefined, 2)}\n`);
    copyTexts(root, name, folder);
    const tarball = await pack(folder, join(staging, "tarballs"));
    report(`${manifest.name}@${manifest.version}: ${tarball.size} bytes packed, ${tarball.files} files`);
    staged.push({ name: manifest.name, folder, tarball: tarball.path });
  }
  return staged;
}

async function publish(
  root: string,
  name: string,
  manifest: Manifest,
  folder: string,
  versions: ReadonlyMap<string, string>,
): Promise<unknown> {
  const [entry] = Object.values(manifest.bin ?? {});
  if (entry === undefined) return publishedManifest(manifest, versions);
  const command = await bundleCommand(
    join(root, "packages", name, entry),
    folder,
    Object.keys(manifest.peerDependencies ?? {}),
  );
  return publishedCommandManifest(manifest, command);
}

/** The packages all of whose entries exist, and whose siblings are among them too. */
function withContent(
  root: string,
  manifests: ReadonlyMap<string, Manifest>,
  report: (line: string) => void,
): Map<string, Manifest> {
  const kept = new Map(manifests);
  const workspace = new Set([...manifests.values()].map((manifest) => manifest.name));
  for (let before = -1; before !== kept.size; ) {
    before = kept.size;
    for (const [name, manifest] of kept) {
      const reason = missing(join(root, "packages", name), manifest, workspace, kept);
      if (reason === undefined) continue;
      report(`${manifest.name}: left out, ${reason}`);
      kept.delete(name);
    }
  }
  return kept;
}

function missing(
  folder: string,
  manifest: Manifest,
  workspace: ReadonlySet<string>,
  kept: ReadonlyMap<string, Manifest>,
): string | undefined {
  const entries = Object.values(manifest.bin ?? manifest.exports ?? {});
  const absent = entries.find((entry) => !existsSync(join(folder, entry)));
  if (absent !== undefined) return `there is no ${absent} yet`;
  // A command takes what it uses along.
  if (manifest.bin !== undefined) return undefined;
  const names = new Set([...kept.values()].map((other) => other.name));
  const siblings = Object.keys(manifest.dependencies ?? {}).filter((dependency) => workspace.has(dependency));
  const lost = siblings.find((sibling) => !names.has(sibling));
  return lost === undefined ? undefined : `it depends on ${lost}`;
}

/** Licence and readme; a package without a readme of its own gets that of the project. */
function copyTexts(root: string, name: string, folder: string): void {
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  const own = join(root, "packages", name, "README.md");
  const readme = existsSync(own) ? own : join(root, "README.md");
  if (existsSync(readme)) copyFileSync(readme, join(folder, "README.md"));
}

async function pack(folder: string, destination: string): Promise<{ path: string; size: number; files: number }> {
  const output = await runNpm(["pack", "--json", "--ignore-scripts", "--pack-destination", destination], {
    cwd: folder,
  });
  const listed = JSON.parse(output) as PackedListing | Record<string, PackedListing[number]>;
  const [packed] = Array.isArray(listed) ? listed : Object.values(listed);
  if (packed === undefined) throw new Error(`npm pack said nothing about ${folder}`);
  return { path: join(destination, packed.filename), size: packed.size, files: packed.entryCount };
}

type PackedListing = { readonly filename: string; readonly size: number; readonly entryCount: number }[];
