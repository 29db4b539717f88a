import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ResultRow } from "../../harness/row.ts";
import { comparisonTable } from "./comparison-table.ts";

const circumstances = { node: "24.0.0", cores: 2, date: "2026-01-02", rounds: 3 };

function result(name: string, details: ResultRow["details"] & object): ResultRow {
  const { ours = { value: 0 } } = details;
  const common = { name, unit: "calls/s", baselines: {}, ratio: null, target: null, met: null };
  return { ...common, ours: ours.value ?? null, details };
}

const line = (table: string, start: string): string =>
  table.split("\n").find((text) => text.startsWith(`| ${start}`)) ?? assert.fail(`no line of ${start}`);

describe("comparisonTable", () => {
  const table = comparisonTable(
    [
      result("peers/64-in-flight/grpc-js", {
        ours: { value: 60_000, p50: 1000, p99: 2500, clientCpu: 9, serverCpu: 8.1, serverRss: 80 },
        "floor-tcp": { value: 90_000 },
        "grpc-js": { value: 4000, p50: 12_345, p99: 40_000, clientCpu: 200, serverCpu: 100, serverRss: 160 },
        birpc: { value: 70_000 },
      }),
      result("peers/stream-bytes", { ours: { value: 800 }, "floor-tcp": { value: 1200 } }),
    ],
    circumstances,
  );

  it("has the fastest first and floors behind all, losses included", () => {
    const starts = ["birpc", "**Witwire session**", "gRPC-js", "bare socket, JSON"];
    const places = starts.map((start) => table.indexOf(`| ${start} |`));
    assert.ok(places.every((place) => place > 0));
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  });

  it("shows all numbers of one contestant in a line, and a dash for what there is none of", () => {
    assert.match(
      line(table, "**Witwire session**"),
      /\| TCP \| 60,000 \| 1\.00 \/ 2\.50 \| 9\.00 \+ 8\.10 \| - \| - \| 800 \| 80\.0 \|$/,
    );
    assert.match(
      line(table, "gRPC-js"),
      /\| HTTP\/2 \| 4,000 \| 12\.3 \/ 40\.0 \| 200 \+ 100 \| - \| - \| - \| 160 \|$/,
    );
    assert.match(line(table, "tRPC"), /\| - \| - \| - \| - \| - \| - \| - \|$/);
  });

  it("says under what the numbers came about", () => {
    assert.match(table, /Node 24\.0\.0 on one machine with 2 shared cores/);
    assert.match(table, /medians of 3 rounds in turns, 2026-01-02/);
  });
});
