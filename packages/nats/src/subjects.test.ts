import assert from "node:assert/strict";
import { test } from "node:test";
import { callSubject, plainSubject } from "./subjects.ts";

test("subjects of plain wRPC are names with dots between them", () => {
  const store = { instance: "wasi:keyvalue/store@0.2.0-draft2", name: "bucket.get" };
  assert.equal(plainSubject("", store), "wrpc.0.0.1.wasi:keyvalue/store@0.2.0-draft2.bucket.get");
  assert.equal(plainSubject("one.two", store), "one.two.wrpc.0.0.1.wasi:keyvalue/store@0.2.0-draft2.bucket.get");
  assert.equal(plainSubject("", { instance: "", name: "run" }), "wrpc.0.0.1.run");
});

test("names that plain wRPC has no subject for are refused", () => {
  for (const name of ["", "a b", "a..b", ".a", "a.", "*", "a.>", "a\r\nb"]) {
    assert.throws(() => plainSubject("", { instance: "i", name }), { code: "invalid-argument", started: "no" }, name);
  }
});

test("no two functions have the same subject", () => {
  const names = ["", "%", "-", "_", ".", "a", "a.b", "a_b", "a%2Eb", "a b", "ő", "*", ">", "%25"];
  const subjects = names.flatMap((instance) => names.map((name) => callSubject("", { instance, name })));
  assert.equal(new Set(subjects).size, names.length ** 2);
  for (const subject of subjects) assert.match(subject, /^witwire\.1\.[!-~]+\.[!-~]+$/);
  for (const subject of subjects) assert.equal(subject.split(".").length, 4, subject);
});

test("subjects that do not fit into a line of NATS are refused", () => {
  assert.throws(() => callSubject("", { instance: "ő".repeat(700), name: "f" }), { code: "invalid-argument" });
  assert.throws(() => plainSubject("", { instance: "ő".repeat(1600), name: "f" }), { code: "invalid-argument" });
});
