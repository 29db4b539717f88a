import assert from "node:assert/strict";
import { it } from "node:test";
import { memberName } from "./member-name.ts";

it("tells functions from constructors, methods and statics", () => {
  assert.deepEqual(memberName("get-JSON"), { tag: "function", property: "getJson" });
  assert.deepEqual(memberName("[constructor]blob-store"), {
    tag: "constructor",
    resource: "blob-store",
    className: "BlobStore",
  });
  assert.deepEqual(memberName("[method]blob-store.get-all"), {
    tag: "method",
    resource: "blob-store",
    className: "BlobStore",
    property: "getAll",
  });
  assert.deepEqual(memberName("[static]blob-store.open"), {
    tag: "static",
    resource: "blob-store",
    className: "BlobStore",
    property: "open",
  });
});
