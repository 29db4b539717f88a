import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isSync, isWitError } from "@witwire/wit/values";
import { contentLength, Fields } from "./fields.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const text = (value: Uint8Array): string => Buffer.from(value).toString("latin1");
const listOf = (fields: Fields): string[] => fields.entries().map(([name, value]) => `${name}: ${text(value)}`);

/** The tag of a call's `err`. */
function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isWitError(error)) return (error.payload as { tag: string }).tag;
    throw error;
  }
  return assert.fail("it did not fail");
}

describe("fields", () => {
  it("keep order and case, and compare without case", () => {
    const fields = Fields.fromList([
      ["Accept", bytes("a")],
      ["X-One", bytes("1")],
      ["ACCEPT", bytes("b")],
    ]);
    assert.deepEqual(fields.get("accept").map(text), ["a", "b"]);
    fields.set("x-one", [bytes("2"), bytes("3")]);
    fields.append("Accept", bytes(""));
    assert.deepEqual(listOf(fields), ["Accept: a", "ACCEPT: b", "x-one: 2", "x-one: 3", "Accept: "]);
    fields.delete("aCCEPT");
    assert.deepEqual([fields.has("Accept"), fields.has("X-ONE"), fields.has("not a name")], [false, true, false]);
    assert.deepEqual(fields.get("not a name"), []);
    fields.set("x-one", []);
    assert.deepEqual(listOf(fields), []);
  });

  it("refuse what cannot stand in a message", () => {
    const fields = new Fields();
    for (const name of ["", "a b", "a:b", "ä", "a\r\n", "(a)"]) {
      assert.equal(
        failure(() => fields.append(name, bytes("x"))),
        "invalid-syntax",
        name,
      );
      assert.equal(
        failure(() => fields.delete(name)),
        "invalid-syntax",
      );
    }
    for (const value of ["a\nb", "a\rb", "a\0", "\x7f", "\x1b"]) {
      assert.equal(
        failure(() => fields.append("a", bytes(value))),
        "invalid-syntax",
      );
      assert.equal(
        failure(() => fields.set("a", [bytes("fine"), bytes(value)])),
        "invalid-syntax",
      );
    }
    assert.deepEqual(listOf(fields), []);
    fields.append("a", bytes("tab\there \xff\x80"));
    assert.deepEqual(listOf(fields), ["a: tab\there \xff\x80"]);
  });

  it("refuse what belongs to the connection", () => {
    for (const name of ["Host", "connection", "Transfer-Encoding", "UPGRADE", "Keep-Alive", "proxy-connection"]) {
      assert.equal(
        failure(() => Fields.fromList([[name, bytes("x")]])),
        "forbidden",
      );
    }
  });

  it("are immutable where they came with a message", () => {
    const fields = Fields.received(["Accept", "\xe9", "Host", "a", "Connection", "close"]);
    assert.deepEqual(listOf(fields), ["Accept: \xe9"]);
    for (const change of [() => fields.append("a", bytes("b")), () => fields.set("a", []), () => fields.delete("a")]) {
      assert.equal(failure(change), "immutable");
    }
    const copy = fields.clone();
    copy.append("a", bytes("b"));
    assert.deepEqual([listOf(copy).length, listOf(fields).length], [2, 1]);
  });

  it("are never larger than the limit", () => {
    const fields = new Fields();
    const value = new Uint8Array(60_000).fill(0x61);
    for (let index = 0; index < 4; index++) fields.append("x", value);
    assert.throws(() => fields.append("x", value), RangeError);
    fields.delete("x");
    fields.append("x", value);
  });

  it("say how long a body is", () => {
    const length = (...values: string[]): unknown =>
      contentLength(Fields.fromList(values.map((value) => ["Content-Length", bytes(value)] as const)));
    assert.deepEqual([length(), length("5"), length("5", "5"), length(" 7 ")], [undefined, 5n, 5n, 7n]);
    for (const wrong of [["5", "6"], ["-1"], ["0x5"], [""], ["5, 5"], ["9".repeat(30)]]) {
      assert.equal(length(...wrong), "invalid");
    }
  });

  it("answer at once", () => {
    assert.ok(isSync(Fields.fromList));
    for (const name of ["get", "has", "set", "delete", "append", "entries", "clone"] as const) {
      assert.ok(isSync(Fields.prototype[name]), name);
    }
  });
});
