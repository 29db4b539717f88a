import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import type { Defect } from "./defects/defect.ts";
import { judge } from "./outcome.ts";
import type { Peer } from "./peers/peer.ts";

const defect: Defect = {
  name: "odd numbers",
  explanation: "It drops them.",
  rows: { "we-call": [{ rows: ["a/odd"], error: /^\[unknown\]/ }], "calls-us": [] },
};
const peer: Peer = {
  id: "peer",
  title: "Peer",
  transports: ["tcp"],
  rootInstance: "",
  defects: [defect],
  build: () => Promise.resolve(""),
};

test("a row without a defect has to work", () => {
  deepEqual(judge(peer, "we-call", "a/even", undefined), { row: "a/even", status: "ok" });
  deepEqual(judge(peer, "calls-us", "a/odd", "lost"), { row: "a/odd", status: "failed", detail: "lost" });
});

test("a row with a defect has to fail as it is written down", () => {
  deepEqual(judge(peer, "we-call", "a/odd", "[unknown] no result"), { row: "a/odd", status: "defect", defect });
  const otherwise = judge(peer, "we-call", "a/odd", "[internal] crashed");
  equal(otherwise.status, "failed");
  match(otherwise.detail ?? "", /odd numbers.*crashed/);
});

test("a defect that is no more is not passed over", () => {
  const outcome = judge(peer, "we-call", "a/odd", undefined);
  equal(outcome.status, "failed");
  match(outcome.detail ?? "", /works in spite of the defect "odd numbers"/);
});
