import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createServer, type DynamicClient, resolveLimits } from "@witwire/rpc";
import type { InterfaceRef } from "@witwire/wit/model";
import { Stream } from "@witwire/wit/values";
import { connect } from "./connect.ts";
import { Link } from "./link.ts";
import { listen } from "./listen.ts";
import { callSubject } from "./subjects.ts";
import { flows, hello, streams } from "./testing/contracts.ts";
import { documentedBlocks, documentedMessage } from "./testing/documented.ts";
import { MemoryBroker, type PassedMessage } from "./testing/memory-broker.ts";

/** Everything that one call has the broker deliver, less pings. */
async function messagesOf(
  scheme: string,
  contract: InterfaceRef,
  implementation: object,
  call: (client: DynamicClient) => Promise<unknown>,
): Promise<PassedMessage[]> {
  const broker = new MemoryBroker();
  const link = (): Link => new Link(async () => broker.connect(), resolveLimits(), "memory");
  const server = createServer();
  server.serve(contract, implementation as never);
  const [serving, calling] = [link(), link()];
  await listen(server, `${scheme}://memory`, { link: serving });
  const messages: PassedMessage[] = [];
  broker.onMessage = (message) => {
    if (!/\.(ping|pong\.\d+)$/.test(message.subject)) messages.push(message);
  };
  const transport = connect(`${scheme}://memory`, { link: calling });
  await call(createClient(contract, transport));
  await transport.close();
  await server.drain();
  await Promise.all([serving.close(), calling.close()]);
  return messages;
}

/** Messages as the page writes them, by whose they are: subjects of the two sides are C and S. */
function written(messages: readonly PassedMessage[]): Record<"C>" | "S>", string[]> {
  const client = messages[0]?.reply ?? "";
  const server = messages.find(({ subject, reply }) => subject === client && reply !== undefined)?.reply ?? "-";
  const name = (subject = "-"): string => {
    if (subject.startsWith(client)) return `C${subject.slice(client.length)}`;
    return subject.startsWith(server) && server !== "-" ? `S${subject.slice(server.length)}` : subject;
  };
  const sides: Record<"C>" | "S>", string[]> = { "C>": [], "S>": [] };
  for (const { subject, reply, data } of messages) {
    const side = name(subject).startsWith("C") ? "S>" : "C>";
    sides[side].push(`${name(subject)} ${name(reply)} ${Buffer.from(data).toString("hex")}`);
  }
  return sides;
}

function documented(kind: string, block: number): Record<"C>" | "S>", string[]> {
  const sides: Record<"C>" | "S>", string[]> = { "C>": [], "S>": [] };
  for (const line of documentedBlocks(kind)[block] ?? []) {
    const { side, subject, reply, hex } = documentedMessage(line);
    sides[side as "C>" | "S>"].push(`${subject} ${reply} ${hex}`);
  }
  return sides;
}

const uploads = {
  upload: async (v: AsyncIterable<Uint8Array>) =>
    BigInt((await Array.fromAsync(v)).flatMap((chunk) => [...chunk]).length),
  download: () => [],
  bytes: () => [],
};

const greet = { hello: () => "hello from Rust" };

test("a small call is one request and one reply, as docs/protocol.md has them", async () => {
  const messages = await messagesOf("nats", hello, greet, async (client) => client.hello?.());
  assert.deepEqual(written(messages), documented("nats-calls", 0));
});

test("a call with a stream goes as docs/protocol.md has it", async () => {
  const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));
  const messages = await messagesOf("nats", flows, uploads, async (client) =>
    client.upload?.(
      (async function* () {
        await later();
        yield Uint8Array.of(9, 8);
        await later();
      })(),
    ),
  );
  assert.deepEqual(written(messages), documented("nats-calls", 1));
});

test("a stream that is there at once is part of the request", async () => {
  const messages = await messagesOf("nats", flows, uploads, async (client) => client.upload?.([Uint8Array.of(9, 8)]));
  assert.equal(messages.length, 2, JSON.stringify(written(messages)));
});

test("a call in plain wRPC goes as docs/protocol.md has it", async () => {
  const messages = await messagesOf("wrpc+nats", hello, greet, async (client) => client.hello?.());
  assert.deepEqual(written(messages), documented("nats-wrpc", 0));
});

test("streams in plain wRPC go as docs/protocol.md has them", async () => {
  const messages = await messagesOf(
    "wrpc+nats",
    streams,
    {
      echo: async (r: { numbers: Stream<bigint>; bytes: Stream<Uint8Array> }) => {
        await Promise.all([Array.fromAsync(r.numbers), Array.fromAsync(r.bytes)]);
        return [[], []];
      },
    },
    async (client) => {
      const numbers = Stream.fromChunks([[1n, 2n]]);
      const echoed = await client.echo?.({ numbers, bytes: [Uint8Array.of(9, 8)] });
      await Promise.all(
        (echoed as [Stream<bigint>, Stream<Uint8Array>]).map((stream) => Array.fromAsync<unknown>(stream)),
      );
    },
  );
  const { "C>": sent } = written(messages);
  const { "C>": expected } = documented("nats-wrpc", 1);
  assert.deepEqual([...sent].sort(), [...expected].sort());
  for (const path of ["S.params.0.0", "S.params.0.1"]) {
    const of = (all: string[]): string[] => all.filter((line) => line.startsWith(`${path} `));
    assert.deepEqual(of(sent), of(expected), "in order");
  }
});

test("functions have the subjects that docs/protocol.md gives them", () => {
  for (const line of documentedBlocks("nats-subjects").flat()) {
    const [instance = "", ...rest] = line.split(/ {2,}/);
    const [name = "", subject = ""] = rest;
    assert.equal(callSubject("", { instance: instance === "-" ? "" : instance, name }), subject);
    assert.equal(callSubject("a.b", { instance: instance === "-" ? "" : instance, name }), `a.b.${subject}`);
  }
});
