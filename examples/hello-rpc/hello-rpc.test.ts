/** Components for which a failed call is a value: one that its host calls for, one that speaks wRPC by itself. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type Component, compile } from "@witwire/component";
import { hostComponent } from "@witwire/host";
import { connect, listen, readWit } from "@witwire/node";
import { createClient, createServer, type Server } from "@witwire/rpc";
import { createWasi } from "@witwire/wasi";
import { printWit } from "@witwire/wit/text";
import { buildWorld } from "../../packages/component/src/testing/guest-builder.ts";
import { greeter } from "./generated/wrpc-examples/hello-rpc/greeter.ts";
import { handler } from "./generated/wrpc-examples/hello-rpc/handler.ts";

const folderOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

for (const name of ["asking", "invoking"]) {
  test(`a component gets an answer, and learns why there is none: ${name}`, async () => {
    const native = createServer();
    native.serve(handler, { hello: () => "hello from TypeScript" });
    const listener = await listen(native, "wrpc+tcp://[::1]:0");
    const remote = connect(listener.address);

    const failures: unknown[] = [];
    const server = createServer({ onFailure: (failure) => failures.push(failure) });
    await using host = hostComponent(await guest(name), {
      perInstance: () => createWasi(),
      remote: { transport: remote },
      // An instance that trapped would not be used again.
      maxInstances: 1,
      reuse: 10,
    });
    host.serve(server);
    await using front = await listen(server, "wrpc+tcp://[::1]:0");
    const transport = connect(front.address);
    const { greet } = createClient(greeter, transport).$tagged;

    assert.deepEqual(await greet(), { tag: "ok", val: "hello from TypeScript" });
    await end(native, listener);
    for (let call = 0; call < 2; call++) {
      const answer = await greet();
      assert.equal(answer.tag, "err");
      assert.match(String(answer.val), /\bunavailable\b/);
    }
    assert.deepEqual(failures, []);
    assert.equal(host.stats().instances, 1);
    await transport.close();
    await remote.close();
  });
}

test("generated/ is up to date", async () => {
  const witwire = folderOf("../../packages/cli/src/main.ts");
  const args = ["bindgen", folderOf("wit"), "--out", folderOf("generated"), "--check"];
  await promisify(execFile)(process.execPath, [witwire, ...args]);
});

async function guest(name: string): Promise<Component> {
  const wit = printWit(await readWit(folderOf("guest/wit")));
  return compile(await buildWorld(wit, name, await readFile(folderOf(`guest/${name}.wat`), "utf8")));
}

async function end(server: Server, listener: AsyncDisposable): Promise<void> {
  await listener[Symbol.asyncDispose]();
  await server.close({ grace: 0 });
}
