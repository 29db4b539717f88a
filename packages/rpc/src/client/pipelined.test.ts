import assert from "node:assert/strict";
import { test } from "node:test";
import { desk } from "../compliance/contracts.ts";
import { Desk, Note } from "../compliance/desk.ts";
import { failsWith } from "../compliance/scene.ts";
import { createServer } from "../server/create-server.ts";
import { createMemoryTransport } from "../transport/memory-transport.ts";
import { createClient, type DynamicResource } from "./create-client.ts";
import { pipelined } from "./pipelined.ts";

type Later = Promise<DynamicResource>;

test("over plain wRPC calls wait for what they are called of, with the same outcome", async () => {
  const server = createServer();
  server.serve(desk, new Desk() as never);
  const transport = createMemoryTransport(server);
  const client = createClient(desk, transport);
  const note = client.Note?.new("abc") as Later;
  assert.equal(await pipelined(note).text?.(), "abc");
  assert.equal(await pipelined(pipelined(note).tear?.() as Later).text?.(), "bc");
  assert.deepEqual(await (pipelined(note).$tagged as unknown as DynamicResource).text?.(), "abc");
  await failsWith(client.read?.(pipelined(note)), "invalid-argument", /await it to pass it on/);
  const whole = client.Note?.new("whole") as Later;
  const torn = pipelined(whole).tear?.() as Later;
  await assert.rejects(torn, { payload: "too thick" });
  await assert.rejects(pipelined(torn).text?.() as Promise<unknown>, { payload: "too thick" });
  await transport.close();
  await server.close();
});

test("any promise of an object will do, and nothing is thrown away for nobody", async () => {
  const note = pipelined(Promise.resolve(new Note("local"))) as unknown as DynamicResource;
  assert.equal(await note.text?.(), "local");
  await assert.rejects(note.burn?.() as Promise<unknown>, /no method burn/);
  note[Symbol.dispose]();
  const failing = pipelined(Promise.reject(new Error("never there"))) as unknown as DynamicResource;
  failing[Symbol.dispose]();
  await assert.rejects(failing.text?.() as Promise<unknown>, /never there/);
  assert.equal(await (Promise.resolve(note) as Promise<unknown>), note, "it is no promise");
});
