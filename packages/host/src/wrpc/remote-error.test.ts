import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RpcError } from "@witwire/rpc";
import { IoError } from "@witwire/wasi";
import { isWitError } from "@witwire/wit/values";
import { RemoteError } from "./remote-error.ts";

describe("the failed call behind an error of a stream", () => {
  it("is found, and told to the guest", () => {
    const failed = new RpcError("unavailable", "nobody listens there", { started: "no" });
    assert.match(RemoteError.fromIoError(IoError.from(failed)).toDebugString(), /nobody listens there \[unavailable\]/);
  });

  it("is none where something of the host's own went wrong, of which the guest learns no more", () => {
    for (const error of [IoError.from(new Error("EACCES: /secret/path")), new IoError("the disk is full")]) {
      assert.throws(
        () => RemoteError.fromIoError(error),
        (thrown) => isWitError(thrown) && thrown.payload === error,
      );
    }
  });
});
