import { equal, match } from "node:assert/strict";
import { test } from "node:test";
import { signedIntegers } from "./defects/rust.ts";
import type { Outcome } from "./outcome.ts";
import type { Peer, Transport } from "./peers/peer.ts";
import { formatTable, formatTransports, type Passage } from "./table.ts";

const peer: Peer = {
  id: "p",
  title: "P",
  transports: ["tcp"],
  rootInstance: "",
  defects: [signedIntegers],
  build: () => Promise.resolve(""),
};
const over = (transport: Transport, ...outcomes: Outcome[]): Passage => ({
  peer,
  direction: "we-call",
  transport,
  outcomes,
});

test("a row works where it does over every transport", () => {
  const row = "scalars/echo-u8/max";
  const table = formatTable([
    over("tcp", { row, status: "ok" }, { row: "scalars/echo-u8/zero", status: "ok" }),
    over("unix", { row, status: "failed", detail: "lost" }, { row: "scalars/echo-u8/zero", status: "ok" }),
  ]);
  equal(table.split("\n").length, 3);
  match(table, /bool, unsigned integers \| 1 of 2, FAILED: 1/);
});

test("defects are named and counted apart from what works", () => {
  const table = formatTable([
    over(
      "tcp",
      { row: "scalars/echo-s16/min", status: "defect", defect: signedIntegers },
      { row: "scalars/echo-s16/max", status: "ok" },
    ),
  ]);
  match(table, /signed integers \| 1 of 2, defect: signed integers \(1\)/);
});

test("each transport has a line of its own, with what works over it", () => {
  const row = "scalars/echo-u8/max";
  const table = formatTransports([
    over("h2c", { row, status: "ok" }),
    over("tcp", { row, status: "ok" }, { row: "scalars/echo-s16/min", status: "defect", defect: signedIntegers }),
  ]);
  match(table, /^\| TCP +\| 1 of 2, defect: signed integers \(1\)/m);
  match(table, /TCP.*\n\| HTTP\/2 +\| 1 of 1 /);
});
