/**
 * Run after `npm install`, where the registry at hand lacks packages for other platforms. Takes the folder of the lockfile;
 * default the repository.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { completeLockfile, type Lockfile } from "./lockfile/complete.ts";
import { repositoryRoot } from "./workspace.ts";

const file = join(repositoryRoot, process.argv[2] ?? ".", "package-lock.json");
const lockfile = JSON.parse(readFileSync(file, "utf8")) as Lockfile;
const added = completeLockfile(lockfile);
if (added.length > 0) writeFileSync(file, `${JSON.stringify(lockfile, undefined, 2)}\n`);
console.log(added.length === 0 ? "lockfile: complete" : `lockfile: added ${added.join(", ")}`);
