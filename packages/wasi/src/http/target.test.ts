import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { methodOf, methodText } from "./method.ts";
import { isPathWithQuery, parseAuthority, requestTarget } from "./target.ts";

describe("the target of a request", () => {
  it("has an authority", () => {
    assert.deepEqual(parseAuthority("Example.com"), { host: "example.com", port: undefined });
    assert.deepEqual(parseAuthority("example.com:8080"), { host: "example.com", port: 8080 });
    assert.deepEqual(parseAuthority("example.com:"), { host: "example.com", port: undefined });
    assert.deepEqual(parseAuthority("[::1]:80"), { host: "::1", port: 80 });
    for (const text of [
      "",
      "a b",
      "a/b",
      "a:b",
      "a:65536",
      "user@a",
      "[::1",
      "[1.2.3.4]",
      "a:1:2",
      "a\r\n",
      "a#b",
      "a?b",
    ]) {
      assert.equal(parseAuthority(text), undefined, text);
    }
  });

  it("has a path that begins with a slash", () => {
    assert.deepEqual([undefined, "", "/", "a", "?q=1", "*", "/a?b"].map(requestTarget), [
      ...["/", "/", "/", "/a", "/?q=1", "*", "/a?b"],
    ]);
    for (const text of ["/a b", "/\n", "/ä", "/#a", "\0"]) assert.equal(isPathWithQuery(text), false);
    assert.equal(isPathWithQuery("/a/%20?b=[c]|{d}&e='f'"), true);
  });

  it("knows methods in capitals", () => {
    assert.deepEqual(
      [methodOf("GET"), methodOf("get"), methodOf("PURGE")],
      [...[{ tag: "get" }, { tag: "other", val: "get" }, { tag: "other", val: "PURGE" }]],
    );
    assert.deepEqual([methodText({ tag: "patch" }), methodText({ tag: "other", val: "QUERY" })], ["PATCH", "QUERY"]);
  });
});
