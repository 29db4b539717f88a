import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { run } from "../run.ts";
import { repositoryRoot } from "../workspace.ts";
import { Consumer } from "./consumer.ts";
import { lintTarball } from "./lint.ts";
import { type StagedPackage, stage } from "./stage.ts";

const manifest = (name: string, rest: object): string =>
  JSON.stringify({
    name: `@sample/${name}`,
    version: "1.2.3",
    description: "A sample",
    license: "Apache-2.0",
    type: "module",
    sideEffects: false,
    engines: { node: ">=24" },
    ...rest,
  });

const workspace: Readonly<Record<string, string>> = {
  LICENSE: "Do as you like.\n",
  "README.md": "# Sample\n",
  "tsconfig.json": readFileSync(join(repositoryRoot, "tsconfig.json"), "utf8"),
  "packages/alpha/package.json": manifest("alpha", {
    exports: { ".": "./src/index.ts", "./deep": "./src/deep/index.ts" },
  }),
  "packages/alpha/src/index.ts":
    'export { answer } from "./deep/index.ts";\nexport type { Answer } from "./deep/index.ts";\n',
  "packages/alpha/src/deep/index.ts":
    "export interface Answer {\n  readonly value: number;\n}\nexport const answer: Answer = { value: 42 };\n",
  "packages/alpha/src/index.test.ts": 'throw new Error("not to be published");\n',
  "packages/alpha/src/testing/tool.ts": "export {};\n",
  "packages/alpha/README.md": "# Alpha\n",
  "packages/beta/package.json": manifest("beta", {
    exports: { ".": "./src/index.ts" },
    dependencies: { "@sample/alpha": "*" },
  }),
  "packages/beta/src/index.ts":
    'import { answer } from "@sample/alpha/deep";\nexport const twice: number = answer.value * 2;\n',
  "packages/tool/package.json": manifest("tool", {
    bin: { witwire: "./src/main.ts" },
    exports: { ".": "./src/index.ts" },
    dependencies: { "@sample/beta": "*" },
  }),
  "packages/tool/src/main.ts":
    '#!/usr/bin/env node\nif (process.argv[2] === "--version") console.log("witwire 1.2.3");\nelse console.log((await import("@sample/beta")).twice);\n',
  "packages/later/package.json": manifest("later", { exports: { ".": "./src/index.ts" } }),
  "packages/after-later/package.json": manifest("after-later", {
    exports: { ".": "./src/index.ts" },
    dependencies: { "@sample/later": "*" },
  }),
  "packages/after-later/src/index.ts": "export {};\n",
};

describe("stage", { concurrency: false }, () => {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "stage-"));
  const lines: string[] = [];
  let staged: StagedPackage[] = [];

  before(async () => {
    for (const [path, text] of Object.entries(workspace)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    mkdirSync(join(root, "node_modules/@sample"), { recursive: true });
    for (const name of ["alpha", "beta"])
      symlinkSync(join(root, "packages", name), join(root, "node_modules/@sample", name));
    for (const name of ["typescript", "@typescript", "@types", "undici-types"]) {
      if (existsSync(join(repositoryRoot, "node_modules", name)))
        symlinkSync(join(repositoryRoot, "node_modules", name), join(root, "node_modules", name));
    }
    staged = await stage(root, (line) => lines.push(line));
  });

  after(() => rmSync(root, { recursive: true, force: true }));

  const file = (path: string): string => readFileSync(join(root, ".staging", path), "utf8");

  it("leaves out what is not written yet and what depends on it, and says so", () => {
    assert.deepEqual(
      staged.map((item) => item.name),
      ["@sample/alpha", "@sample/beta", "@sample/tool"],
    );
    assert.ok(lines.includes("@sample/later: left out, there is no ./src/index.ts yet"));
    assert.ok(lines.includes("@sample/after-later: left out, it depends on @sample/later"));
  });

  it("writes JavaScript, declarations and maps that lead to the sources beside them, without tests", () => {
    assert.match(file("alpha/dist/index.js"), /from "\.\/deep\/index\.js"/);
    const map = JSON.parse(file("alpha/dist/deep/index.d.ts.map")) as { sources: string[] };
    assert.deepEqual(map.sources, ["../../src/deep/index.ts"]);
    assert.ok(existsSync(join(root, ".staging/alpha/dist/deep", map.sources[0] ?? "")));
    for (const path of ["dist/index.test.js", "src/index.test.ts", "dist/testing", "src/testing"]) {
      assert.equal(existsSync(join(root, ".staging/alpha", path)), false, path);
    }
  });

  it("copies the licence, and the project's readme where a package has none of its own", () => {
    assert.equal(file("alpha/LICENSE"), "Do as you like.\n");
    assert.equal(file("alpha/README.md"), "# Alpha\n");
    assert.equal(file("beta/README.md"), "# Sample\n");
  });

  it("bundles a command with its dependencies, what it imports lazily in files of its own", async () => {
    const command = join(root, ".staging/tool/dist/witwire.mjs");
    assert.equal(await run(process.execPath, [command, "--version"]), "witwire 1.2.3\n");
    assert.equal(await run(process.execPath, [command]), "84\n");
    assert.doesNotMatch(readFileSync(command, "utf8"), /42/);
  });

  it("makes tarballs that publint, TypeScript and Node accept after a clean install", async () => {
    assert.deepEqual((await Promise.all(staged.map(lintTarball))).flat(), []);
    using consumer = await Consumer.install(root, staged);
    assert.deepEqual(consumer.specifiers, ["@sample/alpha", "@sample/alpha/deep", "@sample/beta"]);
    assert.deepEqual(await consumer.checkTypes("nodenext"), []);
    assert.deepEqual(await consumer.checkTypes("bundler"), []);
    await consumer.importAll();
    assert.equal(await consumer.runCommand("witwire", "--version"), "witwire 1.2.3\n");
  });

  it("is told by the checks when a tarball is broken", async () => {
    const alpha = staged[0];
    assert.ok(alpha);
    rmSync(join(alpha.folder, "dist/deep/index.d.ts"));
    rmSync(join(alpha.folder, "dist/index.js"));
    await run("npm", ["pack", "--ignore-scripts", "--pack-destination", dirname(alpha.tarball)], { cwd: alpha.folder });
    assert.match((await lintTarball(alpha)).join("\n"), /^@sample\/alpha: .*dist\/index\.js.* does not exist/m);
    using consumer = await Consumer.install(root, [alpha]);
    assert.match((await consumer.checkTypes("nodenext")).join("\n"), /error TS/);
    await assert.rejects(consumer.importAll(), /ERR_MODULE_NOT_FOUND/);
  });
});
