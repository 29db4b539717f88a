import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { checkArrows } from "./check.ts";

const manifest = (dependencies: Record<string, string>, ...subpaths: string[]): string =>
  JSON.stringify({ exports: Object.fromEntries(subpaths.map((path) => [path, "./src/x.ts"])), dependencies });

const sound = {
  "packages/wit/package.json": manifest({}, "./model", "./values", "./text"),
  "packages/wit/src/model/index.ts": 'export type * from "./types.ts";\n',
  "packages/wit/src/model/types.ts": "export interface A { readonly process: number }\n",
  "packages/codec/package.json": manifest({ "@witwire/wit": "0.1.0" }, "."),
  "packages/codec/src/index.ts": 'import type { A } from "@witwire/wit/model";\nexport type B = A;\n',
  "packages/rpc/package.json": manifest({ "@witwire/wit": "0.1.0", "@witwire/codec": "0.1.0" }, "."),
  "packages/rpc/src/index.ts": 'export { isStream } from "@witwire/wit/values";\nexport * from "@witwire/codec";\n',
  "packages/rpc/src/index.test.ts": 'import "node:net"; import "@witwire/cli"; Buffer.alloc(1);\n',
  "packages/rpc/src/compliance/index.ts": 'import test from "node:test";\nprocess.exit(test.length);\n',
  "packages/node/package.json": manifest({ "@witwire/rpc": "0.1.0", ws: "8.0.0" }, "."),
  "packages/node/src/index.ts":
    'import net from "node:net";\nimport "../package.json";\nimport ws from "ws/lib";\nexport default [net, ws, process.pid];\n',
};

/** What is reported for the sound tree with these files put in, as `place what: rule`. */
function violations(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), "arrows-"));
  try {
    for (const [path, text] of Object.entries({ ...sound, ...files })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return checkArrows(root).violations.map(({ place, what, rule }) => `${place} ${what}: ${rule}`);
  } finally {
    rmSync(root, { recursive: true });
  }
}

describe("checkArrows", () => {
  it("finds nothing wrong with a sound tree, and leaves tests and compliance suites alone", () => {
    assert.deepEqual(violations({}), []);
  });

  it("reports imports from packages below", () => {
    assert.deepEqual(violations({ "packages/codec/src/a.ts": '\nexport * from "@witwire/rpc";\n' }), [
      'packages/codec/src/a.ts:2 imports "@witwire/rpc": codec comes before rpc: imports go only to packages above',
    ]);
  });

  it("reports types, re-exports and dynamic imports alike", () => {
    const text =
      'import type {\n  A,\n} from "@witwire/node";\nexport type { B } from "@witwire/node";\nawait import("@witwire/node");\n';
    const places = violations({ "packages/rpc/src/a.ts": text }).map((line) => line.split(" ")[0]);
    assert.deepEqual(places, ["packages/rpc/src/a.ts:3", "packages/rpc/src/a.ts:4", "packages/rpc/src/a.ts:5"]);
  });

  it("reports parts of wit that rpc must not draw in", () => {
    assert.deepEqual(violations({ "packages/rpc/src/a.ts": 'import "@witwire/wit/text";' }), [
      'packages/rpc/src/a.ts:1 imports "@witwire/wit/text": rpc imports only wit/model and wit/values of wit',
    ]);
  });

  it("reports packages that component must not draw in", () => {
    const files = {
      "packages/component/package.json": manifest({ "@witwire/rpc": "0.1.0", "@witwire/wit": "0.1.0" }, "."),
      "packages/component/src/a.ts": 'import "@witwire/rpc";\nimport "@witwire/wit/model";\n',
    };
    assert.deepEqual(violations(files), [
      'packages/component/src/a.ts:1 imports "@witwire/rpc": component imports nothing of rpc',
    ]);
  });

  it("reports Node's modules and globals in core packages", () => {
    const text =
      'import { createServer } from "node:net";\nexport const a = Buffer.alloc(1);\nexport const b = globalThis.process.pid;\n';
    assert.deepEqual(violations({ "packages/rpc/src/a.ts": text }), [
      'packages/rpc/src/a.ts:1 imports "node:net": core packages run in browsers: no Node modules',
      'packages/rpc/src/a.ts:2 uses "Buffer": core packages run in browsers: no globals of Node',
      'packages/rpc/src/a.ts:3 uses "process": core packages run in browsers: no globals of Node',
    ]);
  });

  it("is not misled by comments, strings, templates, patterns and members of other names", () => {
    // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the sources under test have templates
    const text = [
      '// import "node:net"',
      '/* import "node:net";',
      'import "node:tls"; */',
      'export const a = "Buffer"; // Buffer',
      'export const b = `import "node:fs";\n${[1].map((x) => `${x} process`).join("}")} Buffer\nimport "node:fs"\n`;',
      "export const c = /[`/]import \"x\"/.test('`') ? 4 / 2 / 1 : 1;",
      "export const d = { process: 1, x: { Buffer: 2 } }.process;",
      "export class E { #process = 1; get f() { return this.#process; } }",
      String.raw`export const g = ["\\", "\"", '\'', "import \"fs\""];`,
    ].join("\n");
    // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the sources under test have templates
    assert.deepEqual(violations({ "packages/wit/src/a.ts": text }), []);
  });

  it("reports dependencies that are not declared, or not allowed", () => {
    assert.deepEqual(
      violations({
        "packages/node/src/a.ts": 'import "left-pad";\nimport "@scope/name/sub";\nimport "@witwire/codec";\n',
      }),
      [
        'packages/node/src/a.ts:1 imports "left-pad": "left-pad" is not declared in packages/node/package.json',
        'packages/node/src/a.ts:2 imports "@scope/name/sub": "@scope/name" is not declared in packages/node/package.json',
        'packages/node/src/a.ts:3 imports "@witwire/codec": "@witwire/codec" is not declared in packages/node/package.json',
      ],
    );
    assert.deepEqual(violations({ "packages/wit/package.json": manifest({ ms: "2.0.0" }, "./model", "./values") }), [
      'packages/wit/package.json depends on "ms": core packages have no dependencies outside @witwire',
    ]);
  });

  it("reports subpaths that are not exported, and packages that there are not", () => {
    assert.deepEqual(
      violations({ "packages/node/src/a.ts": 'import "@witwire/rpc/secret";\nimport "@witwire/nope";\n' }),
      [
        'packages/node/src/a.ts:1 imports "@witwire/rpc/secret": "rpc" does not export this',
        'packages/node/src/a.ts:2 imports "@witwire/nope": there is no package "nope"',
      ],
    );
    assert.deepEqual(violations({ "packages/misc/package.json": "{}" }), [
      'packages/misc/package.json is package "misc": every package has its place in scripts/arrows/rules.ts',
    ]);
  });

  it("lets files that are loaded when needed import more, and nobody import those otherwise", () => {
    const lazy = "packages/rpc/src/reflection/contract-texts.ts";
    assert.deepEqual(
      violations({
        [lazy]: 'import { printWit } from "@witwire/wit/text";\n',
        "packages/rpc/src/a.ts":
          'await import("./reflection/contract-texts.ts");\nimport "./reflection/contract-texts.ts";\n',
      }),
      [
        'packages/rpc/src/a.ts:2 imports "./reflection/contract-texts.ts": this file is loaded with import() and not otherwise',
      ],
    );
  });

  it("reports relative imports that leave the package, miss their file, or draw in tests", () => {
    const text =
      'import "../../wit/src/model/index.ts";\nimport "./b.js";\nimport "./index.test.ts";\nimport "@witwire/rpc";\nimport "fs";\n';
    assert.deepEqual(violations({ "packages/rpc/src/a.ts": text }), [
      'packages/rpc/src/a.ts:1 imports "../../wit/src/model/index.ts": relative imports stay within the sources of their package',
      'packages/rpc/src/a.ts:2 imports "./b.js": the file does not exist; imports name files with their extension',
      'packages/rpc/src/a.ts:3 imports "./index.test.ts": sources do not import tests',
      'packages/rpc/src/a.ts:4 imports "@witwire/rpc": a package imports its own files by relative paths',
      'packages/rpc/src/a.ts:5 imports "fs": Node\'s modules are written with "node:"',
    ]);
  });

  it("lets types refer to each other in a circle", () => {
    const files = {
      "packages/wit/src/a.ts": 'import { b } from "./b.ts"; export type A = 1;',
      "packages/wit/src/b.ts": 'import type { A } from "./a.ts"; export type { A as B } from "./a.ts";',
    };
    assert.deepEqual(violations(files), []);
  });

  it("reports every circle once", () => {
    const files = {
      "packages/wit/src/a.ts": 'import "./b.ts";',
      "packages/wit/src/b.ts": 'import "./c.ts"; import "./model/index.ts";',
      "packages/wit/src/c.ts": 'import { type A, b } from "./a.ts"; import "./b.ts";',
    };
    const [a, b, c] = ["a", "b", "c"].map((name) => `packages/wit/src/${name}.ts`);
    const rule = "files of a package do not import each other in a circle";
    assert.deepEqual(violations(files), [
      `${a} imports itself: ${a} -> ${b} -> ${c} -> ${a}: ${rule}`,
      `${b} imports itself: ${b} -> ${c} -> ${b}: ${rule}`,
    ]);
  });
});
