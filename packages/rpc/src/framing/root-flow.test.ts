import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { func, type LeanContract, list, result, stream, string, u8, u8s, u32 } from "@witwire/codec/types";
import type { Stream } from "@witwire/wit/values";
import { asyncPaths, asyncValues, createLeanClient, createLeanPlainTransport } from "../lean.ts";
import { RecordingDuplex } from "./testing/recording-duplex.ts";

type Chunks = Stream<Uint8Array, Uint8Array>;

const contract: LeanContract<{
  find(text: string): Promise<string[]>;
  forget(): Promise<void>;
  check(): Promise<void>;
  send(data: Iterable<Uint8Array>): Promise<number>;
  fetch(): Promise<Chunks>;
}> = {
  instance: "test:plain/values",
  functions: () => ({
    find: func("find", { text: string }, list(string)),
    forget: func("forget", {}),
    check: func("check", {}, result(undefined, undefined), true),
    send: func("send", { data: stream(u8, u8s) }, u32),
    fetch: func("fetch", {}, stream(u8, u8s)),
  }),
};

/** A client, and the byte streams that its calls have opened. */
function begin(options: Parameters<typeof createLeanPlainTransport>[1] = {}) {
  const opened: RecordingDuplex[] = [];
  const dial = (): RecordingDuplex => {
    const duplex = new RecordingDuplex();
    opened.push(duplex);
    return duplex;
  };
  const transport = createLeanPlainTransport(dial, options);
  const client = createLeanClient(contract, transport, { asyncValues });
  return { client, transport, opened, [Symbol.dispose]: () => void transport.close({ force: true }) };
}

/** The only byte stream that was opened. */
function only(opened: readonly RecordingDuplex[]): RecordingDuplex {
  const [duplex] = opened;
  assert.ok(duplex !== undefined && opened.length === 1);
  return duplex;
}

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

describe("calls of plain wRPC without streams", () => {
  it("take an answer however it is cut, and go on until the peer has ended too", async () => {
    using scene = begin();
    const { client, transport, opened } = scene;
    const answer = client.find("a");
    const duplex = only(opened);
    assert.equal(duplex.state, "ended");
    // A frame for the count and the first string, one without bytes, and one for the other string.
    for (const byte of bytes("0004020262630000000403646566")) duplex.events?.data(Uint8Array.of(byte));
    assert.deepEqual(await answer, ["bc", "def"]);
    assert.equal(transport.stats().invocations, 1);
    duplex.events?.data(bytes("000100"));
    duplex.events?.flushed();
    duplex.events?.end();
    assert.equal(transport.stats().invocations, 0);
  });

  it("fail with an answer that is none", async () => {
    using scene = begin();
    const { client, transport, opened } = scene;
    const answer = client.find("a");
    only(opened).events?.data(bytes("00030101ff"));
    await assert.rejects(answer, { code: "protocol", message: /not UTF-8/ });
    assert.equal(only(opened).state, "aborted");
    assert.equal(transport.stats().invocations, 0);
  });

  it("without a result end with the peer's half", async () => {
    using scene = begin();
    const { client, opened } = scene;
    const answer = client.forget();
    only(opened).events?.data(bytes("0000"));
    only(opened).events?.end();
    assert.equal(await answer, undefined);
  });

  it("fail where the peer ends too early, or breaks the connection", async () => {
    using ended = begin();
    const short = ended.client.check();
    only(ended.opened).events?.end();
    await assert.rejects(short, { code: "unknown", message: /ended the call of test:plain\/values.check/ });

    using cut = begin();
    const inside = cut.client.find("a");
    only(cut.opened).events?.data(bytes("0005"));
    only(cut.opened).events?.end();
    await assert.rejects(inside, { code: "unknown" });

    using reset = begin();
    const lost = reset.client.find("a");
    only(reset.opened).events?.data(bytes("00020201"));
    only(reset.opened).events?.error(new Error("reset"));
    await assert.rejects(lost, { code: "unknown", message: "reset" });
  });

  it("fail with bytes where the function has neither stream nor future", async () => {
    using scene = begin();
    const { client, opened } = scene;
    const answer = client.find("a");
    only(opened).events?.data(bytes("01000100"));
    await assert.rejects(answer, { code: "protocol", message: /path \[0\]/ });
    assert.equal(only(opened).state, "aborted");
  });

  it("refuse functions with streams in either direction, before a byte stream is opened", async () => {
    using scene = begin();
    const { client, opened } = scene;
    for (const call of [client.send([]), client.fetch()]) {
      await assert.rejects(call, { code: "unimplemented", started: "no", message: /asyncPaths/ });
    }
    assert.equal(opened.length, 0);
  });

  it("have streams where they are given them", async () => {
    using scene = begin({ asyncPaths });
    const { client, opened } = scene;
    const fetching = client.fetch();
    only(opened).events?.data(bytes("000100" + "0100" + "0402aabb00"));
    only(opened).events?.end();
    assert.deepEqual(await Array.fromAsync(await fetching), [bytes("aabb")]);
  });
});
