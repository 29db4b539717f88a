import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, createServer, type ServerOptions } from "@witwire/rpc";
import { health } from "@witwire/rpc/health";
import { reflection } from "@witwire/rpc/reflection";
import { listen } from "./listen.ts";
import { calls } from "./testing/contracts.ts";
import { failsWith, Stage } from "./testing/stage.ts";

for (const scheme of ["nats", "wrpc+nats"] as const) {
  const serve = async (stage: Stage, access: NonNullable<ServerOptions["reflection"]>): Promise<void> => {
    const server = createServer({ reflection: access, onFailure: (failure) => stage.failures.push(failure) });
    stage.servers.push(server);
    const unused = calls.functions.map(({ name }) => [name, () => {}]);
    server.serve(calls, Object.fromEntries(unused));
    await listen(server, `${scheme}://memory/`, { link: stage.link() });
  };

  test(`${scheme}: no caller is local, so by default contracts are not told`, async () => {
    await using stage = new Stage(scheme);
    await serve(stage, "local");
    const client = createClient(reflection, stage.transport());
    for (const ask of [() => client.server(), () => client.instances(), () => client.contracts()]) {
      await failsWith(ask(), scheme === "nats" ? "permission-denied" : "unknown", { message: /own machine|result/ });
    }
    assert.deepEqual(
      stage.failures.map(({ error }) => error.code),
      Array(3).fill("permission-denied"),
    );
  });

  test(`${scheme}: contracts are told where all may ask`, async () => {
    await using stage = new Stage(scheme);
    await serve(stage, "all");
    const client = createClient(reflection, stage.transport());
    const [instance] = await client.instances();
    assert.equal(instance?.name, calls.name);
    assert.match(await client.contract(calls.name), /interface calls/);
    assert.deepEqual(stage.failures, []);
  });

  test(`${scheme}: nobody is asked where nobody may ask, and everyone may ask for health`, async () => {
    await using stage = new Stage(scheme);
    await serve(stage, "none");
    const transport = stage.transport();
    await failsWith(createClient(reflection, transport).server(), "unavailable", { started: "no" });
    const client = createClient(health, transport);
    assert.equal(await client.check(""), "serving");
    assert.equal(await client.check(calls.name), "serving");
    assert.equal(await client.check("nobody"), "unknown");
    const statuses: string[] = [];
    for await (const status of await client.watch("")) {
      statuses.push(status);
      if (status === "serving") void stage.servers[0]?.drain();
    }
    assert.deepEqual(statuses, ["serving", "draining"]);
  });
}
