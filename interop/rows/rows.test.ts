import { deepEqual, doesNotThrow, equal } from "node:assert/strict";
import { test } from "node:test";
import { findInterface, findWorld } from "@witwire/wit/model";
import { contract } from "../contract.ts";
import { featureOf } from "../features.ts";
import { goPeers } from "../peers/go.ts";
import { rustPeers } from "../peers/rust.ts";
import { rows } from "./rows.ts";

const names = new Set(rows.map(({ row }) => row));

test("rows have names of their own, and a line of the table each", () => {
  equal(names.size, rows.length);
  for (const row of names) doesNotThrow(() => featureOf(row));
});

test("every function of the contract has a row", () => {
  const called = new Set(rows.flatMap((row) => ("function" in row ? [`${row.interface}/${row.function}`] : [])));
  const interfaces = ["scalars", "lists", "compounds", "bits", "wide-bits", "voids", "async-values"];
  const functions = interfaces.flatMap((name) =>
    findInterface(contract, name).functions.map((f) => `${name}/${f.name}`),
  );
  const root = findWorld(contract, "server").functions.map(({ name }) => `/${name}`);
  deepEqual(
    [...functions, ...root].filter((name) => !called.has(name)),
    [],
  );
});

for (const peer of [...rustPeers, ...goPeers]) {
  test(`the defects of ${peer.id} are about rows that there are, each about its own over a transport`, () => {
    for (const transport of peer.transports) {
      const shown = peer.defects.filter(({ over }) => over?.includes(transport) ?? true);
      for (const direction of ["we-call", "calls-us"] as const) {
        const explained = shown.flatMap((defect) => defect.rows[direction].flatMap((some) => some.rows));
        deepEqual(
          explained.filter((row) => !names.has(row)),
          [],
        );
        equal(new Set(explained).size, explained.length);
      }
    }
  });
}
