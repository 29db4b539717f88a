import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ResultRow } from "../../harness/row.ts";
import { routes } from "./routes.ts";
import { transportOf, transports } from "./transports.ts";
import { transportsTable } from "./transports-table.ts";

const circumstances = { node: "24.0.0", cores: 2, date: "2026-01-02", rounds: 3 };

const result: ResultRow = {
  name: "transports/all",
  ours: null,
  unit: "calls/s",
  baselines: {},
  details: { tcp: { value: 60_000, sequential: 12_000, bytes: 812.4 } },
  ratio: null,
  target: null,
  met: null,
};

describe("transportsTable", () => {
  const shown = [transportOf("tcp"), { ...transportOf("quic"), missing: () => "there is none" }];
  const table = transportsTable([result], circumstances, shown);

  it("has a line for every transport, with its rates", () => {
    assert.match(
      table,
      /^\| TCP, session \| `tcp:\/\/` \| none \| a connection for all calls \| 60,000 \| 12,000 \| 812 \|$/m,
    );
    assert.match(transportsTable([result], circumstances), /^\| memory \|/m);
  });

  it("says why one was not measured", () => {
    assert.match(table, /^\| QUIC, session \|.* - \| - \| - \|$/m);
    assert.match(table, /^QUIC, session was not measured: there is none\.$/m);
    assert.doesNotMatch(table, /TCP, session was not/);
  });

  it("says under what the numbers came about", () => {
    assert.match(table, /Node 24\.0\.0 on one machine with 2 shared cores/);
    assert.match(table, /^Numbers are medians of 3 rounds in turns, 2026-01-02/m);
  });
});

describe("transports", () => {
  it("have names of their own, and a way each", () => {
    const names = transports.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    const elsewhere = ["memory", "exec", "worker"];
    assert.deepEqual(new Set(names), new Set([...Object.keys(routes), ...elsewhere]));
  });

  it("are refused by other names, with those that there are", () => {
    assert.throws(() => transportOf("pigeon"), /no transport is called "pigeon"; there is memory, tcp/);
  });
});
