import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { publishedCommandManifest, publishedManifest } from "./manifest.ts";

const base = { name: "@sample/b", version: "2.0.0", license: "Apache-2.0", type: "module", engines: { node: ">=24" } };

describe("publishedManifest", () => {
  it("leads exports to dist, types first, and pins siblings", () => {
    const manifest = {
      ...base,
      scripts: { test: "true" },
      devDependencies: { c: "1.0.0" },
      dependencies: { "@sample/a": "*", ws: "^8.0.0" },
      exports: { ".": "./src/index.ts", "./deep": "./src/deep/index.ts" },
    };
    assert.deepEqual(publishedManifest(manifest, new Map([["@sample/a", "1.2.3"]])), {
      ...base,
      files: ["dist", "src"],
      exports: {
        ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
        "./deep": { types: "./dist/deep/index.d.ts", default: "./dist/deep/index.js" },
        "./package.json": "./package.json",
      },
      dependencies: { "@sample/a": "1.2.3", ws: "^8.0.0" },
      publishConfig: { access: "public" },
    });
  });

  it("puts types in front of the default, as resolvers take the first condition that fits", () => {
    const { exports } = publishedManifest({ ...base, exports: { ".": "./src/index.ts" } }, new Map());
    assert.equal(JSON.stringify(exports).indexOf("types") < JSON.stringify(exports).indexOf("default"), true);
  });
});

describe("publishedCommandManifest", () => {
  it("has nothing to import and nothing to install", () => {
    const manifest = {
      ...base,
      bin: { sample: "./src/main.ts" },
      dependencies: { "@sample/a": "*" },
      exports: { ".": "./src/index.ts" },
    };
    assert.deepEqual(publishedCommandManifest(manifest, "./dist/sample.mjs"), {
      ...base,
      files: ["dist"],
      bin: { sample: "./dist/sample.mjs" },
      exports: { "./package.json": "./package.json" },
      publishConfig: { access: "public" },
    });
  });
});
