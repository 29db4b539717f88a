import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { createClient, createServer } from "@witwire/rpc";
import { connect } from "./connect.ts";
import { listen } from "./listen.ts";
import { Cell, cellServer, cells } from "./testing/cells.ts";
import { freshSocketAddress } from "./testing/socket-harness.ts";

const GUARD = { timeout: 60_000 };

for (const address of ["tcp://[::1]:0", freshSocketAddress().replace("wrpc+", "")]) {
  const name = address.slice(0, address.indexOf(":"));

  test(`100,000 handles back and forth, dropped, and lost with a server that is killed (${name})`, GUARD, async () => {
    const { child, line } = await start("serve", address);
    const transport = connect(line as `tcp://${string}`);
    const client = createClient(cells, transport);
    assert.equal(Cell.live, 0);
    for (let round = 0; round < 10; round++) {
      const made = (await client.make?.(5000)) as (Disposable & { number(): Promise<number> })[];
      assert.equal(await made[4999]?.number(), 4999);
      const own = Array.from({ length: 5000 }, (_, n) => new Cell(n));
      await client.keep?.(own);
      assert.equal(transport.stats().handles, 10_000);
      // 200 calls into this process.
      assert.equal(await client.sum?.(), 19_900n);
      const back = (await client.giveBack?.(2000)) as Cell[];
      assert.deepEqual(back, own.slice(3000));
      for (const cell of back) cell[Symbol.dispose]();
      // What came of the server goes home, and what is left is dropped.
      await client.keep?.(made.slice(0, 1000));
      for (const cell of made.slice(1000)) cell[Symbol.dispose]();
      await client.drop?.(4000);
      await eventually(() => transport.stats().handles === 0 && Cell.live === 0);
    }
    const lost = (await client.make?.(5000)) as { number(): Promise<number> }[];
    await client.keep?.(Array.from({ length: 5000 }, (_, n) => new Cell(n)));
    const stuck = assert.rejects(client.stuck?.([new Cell(1)]) as Promise<unknown>, { code: "unavailable" });
    child.kill("SIGKILL");
    await stuck;
    await eventually(() => transport.stats().handles === 0);
    assert.equal(Cell.live, 0, "all of this side's cells were disposed of");
    await assert.rejects(lost[0]?.number() as Promise<number>, { code: "unavailable", started: "no" });
    await transport.close();
    assert.deepEqual(transport.stats(), { invocations: 0, connections: 0, timers: 0, handles: 0 });
  });

  test(`handles are gone with a client that is killed (${name})`, GUARD, async () => {
    const server = createServer({ onFailure: () => {} });
    server.serve(cells, cellServer() as never);
    await using listener = await listen(
      server,
      address === "tcp://[::1]:0" ? address : freshSocketAddress().replace("wrpc+", ""),
    );
    const { child } = await start("hold", listener.address.replace("wrpc+", ""));
    await eventually(() => server.stats().handles === 7000);
    assert.equal(Cell.live, 3000);
    child.kill("SIGKILL");
    await eventually(() => server.stats().handles === 0 && server.stats().calls === 0);
    assert.equal(Cell.live, 0);
    await server.close();
    assert.deepEqual(server.stats(), { connections: 0, calls: 0, handles: 0, timers: 0 });
  });
}

async function start(role: string, address: string): Promise<{ child: ChildProcess; line: string }> {
  const script = new URL("./testing/cell-peer.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, role, address], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const [line] = (await once(lines, "line")) as [string];
  return { child, line };
}

async function eventually(condition: () => boolean): Promise<void> {
  const end = Date.now() + 20_000;
  while (!condition()) {
    assert.ok(Date.now() < end, `this never became true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
