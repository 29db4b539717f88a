import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { completeLockfile, type Lockfile } from "./complete.ts";

const engines = { node: ">=20" };
const tool = (...names: string[]): Lockfile["packages"][string] => ({
  version: "1.0.0",
  dev: true,
  license: "MIT",
  engines,
  optionalDependencies: Object.fromEntries(names.map((name) => [name, "1.0.0"])),
});

describe("completeLockfile", () => {
  it("adds the packages of other platforms, with what keeps npm from installing them here", () => {
    const present = { version: "1.0.0", os: ["linux"], cpu: ["x64"] };
    const lockfile: Lockfile = {
      packages: {
        "": { version: "0.0.0", optionalDependencies: { mine: "1.0.0" } },
        "node_modules/z": tool("@z/cli-win32-x64", "@z/cli-linux-x64", "@z/cli-linux-arm64-musl"),
        "node_modules/@z/cli-linux-x64": present,
      },
    };
    assert.deepEqual(completeLockfile(lockfile), ["@z/cli-win32-x64", "@z/cli-linux-arm64-musl"]);
    const common = { version: "1.0.0", dev: true, license: "MIT", optional: true, engines };
    assert.deepEqual(Object.entries(lockfile.packages).slice(0, 4), [
      ["", { version: "0.0.0", optionalDependencies: { mine: "1.0.0" } }],
      ["node_modules/@z/cli-linux-arm64-musl", { ...common, os: ["linux"], cpu: ["arm64"], libc: ["musl"] }],
      ["node_modules/@z/cli-linux-x64", present],
      ["node_modules/@z/cli-win32-x64", { ...common, os: ["win32"], cpu: ["x64"] }],
    ]);
    assert.deepEqual(completeLockfile(lockfile), []);
  });

  it("does not guess platforms", () => {
    const lockfile: Lockfile = { packages: { "node_modules/a": tool("fsevents") } };
    assert.throws(() => completeLockfile(lockfile), {
      message: "the lockfile lacks the optional package fsevents, and its name does not tell its platform",
    });
  });
});
