import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { type CpuProfile, costsOf } from "./costs.ts";
import { formatReport, formatSection } from "./report.ts";

const root = "/repository";

function node(id: number, functionName: string, url = "", lineNumber = -1): CpuProfile["nodes"][number] {
  return { id, callFrame: { functionName, url, lineNumber } };
}

const file = (path: string): string => pathToFileURL(`${root}/${path}`).href;

const nodes = [
  node(1, "(idle)"),
  node(2, "(garbage collector)"),
  node(3, "(program)"),
  node(4, "writev"),
  node(5, "onStreamRead", "node:internal/stream_base_commons", 167),
  node(6, "encode", file("packages/codec/src/codec.ts"), 9),
  // The same function, called from elsewhere.
  node(7, "encode", file("packages/codec/src/codec.ts"), 9),
  node(8, "pack", file("bench/node_modules/msgpackr/pack.js"), 0),
  node(9, "", file("node_modules/@scope/name/index.js"), 0),
  node(10, "load", file("packages/wit/src/text.ts"), 0),
];

/** Ten steps of loading, then whatever is given. */
function profileOf(samples: readonly number[]): CpuProfile {
  const all = [...samples.map(() => 10), ...samples];
  return { nodes, samples: all, timeDeltas: all.map(() => 100) };
}

describe("costsOf", () => {
  it("leaves out the first half, in which modules are loaded", () => {
    const { functions } = costsOf(profileOf([4, 4, 4, 4]), root);
    assert.equal(
      functions.find(({ name }) => name.startsWith("load")),
      undefined,
    );
  });

  it("counts what was busy, and idle time apart", () => {
    const { busy, functions } = costsOf(profileOf([1, 1, 4, 4, 4, 6, 1]), root);
    assert.ok(busy > 0.6 && busy < 0.7, `${busy}`);
    assert.deepEqual(functions, [
      { name: "writev (native)", share: 0.75 },
      { name: "encode packages/codec/src/codec.ts:10", share: 0.25 },
    ]);
  });

  it("groups by who is to answer for a function", () => {
    const { groups } = costsOf(profileOf([2, 2, 2, 2, 2, 3, 4, 4, 4, 5, 5, 6, 7, 7, 8, 9, 1]), root);
    assert.deepEqual(
      groups.map(({ name }) => name),
      [
        "garbage collection",
        "native code and system calls",
        "@witwire/codec",
        "node internals",
        "bench",
        "@scope/name",
      ],
    );
    assert.equal(Math.round(groups.reduce((sum, { share }) => sum + share, 0) * 1000), 1000);
  });

  it("sums up a function wherever it was called from", () => {
    const { functions } = costsOf(profileOf([6, 7, 6, 7, 1]), root);
    assert.deepEqual(functions, [{ name: "encode packages/codec/src/codec.ts:10", share: 1 }]);
  });
});

describe("reports", () => {
  const costs = costsOf(profileOf([2, 4, 4, 4, 1]), root);

  it("name every process with its groups and functions", () => {
    assert.equal(
      formatReport("row", [{ role: "server", costs }], 1),
      [
        "row",
        "",
        "server, busy for 100.0 % of the time",
        "  75.0 %  native code and system calls",
        "  25.0 %  garbage collection",
        "",
        "  75.0 %  writev (native)",
      ].join("\n"),
    );
  });

  it("are tables in Markdown", () => {
    assert.match(
      formatSection("row", [{ role: "client", costs }], 1),
      /^## row\n\n\| what \| of the busy time \|\n\| --- \| --- \|\n\| \*\*client\*\*.*\|\n\| native code and system calls \| 75\.0 % \|\n/,
    );
  });
});
