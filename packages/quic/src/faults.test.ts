import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { type Client, createClient, createServer, isRpcError, type Server, type ServerOptions } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { Stream } from "@witwire/wit/values";
import { makeCertificate } from "../../node/src/testing/certificate.ts";
import { doomedWit } from "../../node/src/testing/doomed-wit.ts";
import { parseQuicAddress } from "./address.ts";
import { connectQuic, type QuicConnectOptions } from "./connect.ts";
import { listenQuic } from "./listen.ts";
import { withQuiche } from "./testing/availability.ts";

const GUARD = { timeout: 30_000 };
/** Silence that tests want to see the end of. */
const IMPATIENT = { keepaliveInterval: 200, keepaliveTimeout: 300 };
const contract = findInterface(parseWit(doomedWit), "doomed");
const authority = makeCertificate({ subject: "authority" });
const own = makeCertificate({ subject: "server", names: ["localhost", "::1"], issuer: authority });
const tls = { ca: authority.cert };

await withQuiche(async () => {
  for (const scheme of ["quic", "wrpc+quic"]) {
    const lost = scheme === "quic" ? "unavailable" : "unknown";

    test(
      `a server that is killed fails what runs, and another one at its place is found (${scheme})`,
      GUARD,
      async () => {
        let [child, address] = await spawnServer(`${scheme}://[::1]:0`);
        const transport = connectQuic(address, { tls, limits: IMPATIENT });
        const client = createClient(contract, transport);
        assert.equal(await client.ping?.(), "pong");
        const waiting = outcome(client.wait?.());
        const stream = (await client.endless?.()) as Stream<Uint8Array>;
        await stream.nextChunk();
        child.kill("SIGKILL");
        await once(child, "close");
        assert.equal(await waiting, lost);
        assert.equal(await outcome(drain(stream)), lost);
        assert.equal(await outcome(client.ping?.()), "unavailable");
        [child, address] = await spawnServer(address);
        await eventually(async () => (await client.ping?.().catch(() => "")) === "pong");
        await transport.close();
        child.kill("SIGKILL");
      },
    );

    test(
      `a server that is replaced at once tells that it knows nothing of the connection (${scheme})`,
      GUARD,
      async () => {
        const [first, address] = await spawnServer(`${scheme}://[::1]:0`);
        // Nothing is noticed by silence before the guard strikes.
        const transport = connectQuic(address, { tls });
        const client = createClient(contract, transport);
        assert.equal(await client.ping?.(), "pong");
        first.kill("SIGKILL");
        await once(first, "close");
        const [second] = await spawnServer(address);
        assert.equal(await outcome(client.ping?.()), lost);
        await eventually(async () => (await client.ping?.().catch(() => "")) === "pong");
        await transport.close();
        second.kill("SIGKILL");
      },
    );

    test(`a client that is killed is noticed, and its calls are cancelled (${scheme})`, GUARD, async () => {
      const server = quietServer({ limits: IMPATIENT });
      let cancelled = 0;
      server.serve(contract, {
        ...unused,
        wait: ({ signal }: { signal: AbortSignal }) =>
          new Promise(() => signal.addEventListener("abort", () => cancelled++)),
      });
      await using listener = await listenQuic(server, `${scheme}://[::1]:0`, { tls: own });
      const script = `
        import { createClient } from "@witwire/rpc";
        import { findInterface } from "@witwire/wit/model";
        import { parseWit } from "@witwire/wit/text";
        import { connectQuic } from "@witwire/quic";
        const contract = findInterface(parseWit(${JSON.stringify(doomedWit)}), "doomed");
        createClient(contract, connectQuic("${listener.address}", { tls: { verify: false } })).wait();`;
      const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
        stdio: "inherit",
        cwd: import.meta.dirname,
      });
      await eventually(async () => server.stats().calls === 1);
      child.kill("SIGKILL");
      await eventually(async () => cancelled === 1);
      await server.close({ grace: 0 });
    });
  }

  test("nobody listens, a host has no address, and nothing answers", GUARD, async () => {
    const refused = await failure("wrpc+quic://[::1]:9", { tls });
    assert.deepEqual([refused.code, refused.started], ["unavailable", "no"]);
    assert.match(
      refused.message,
      /cannot connect to wrpc\+quic:\/\/\[::1\]:9 \(ECONNREFUSED\): is a server listening there/,
    );
    assert.match((await failure("quic://nowhere.invalid:1", { tls })).message, /cannot be resolved/);
    const deaf = createSocket("udp6").bind(0, "::1");
    await once(deaf, "listening");
    const silent = await failure(`quic://[::1]:${deaf.address().port}`, { tls, limits: { headerTimeout: 300 } });
    assert.match(silent.message, /within 300 ms \(limit headerTimeout\)/);
    deaf.close();
  });

  test("a listener that is closed lets calls end, and refuses others as not begun", GUARD, async () => {
    const server = quietServer();
    const running = Promise.withResolvers<string>();
    server.serve(contract, { ...unused, ping: () => "pong", wait: () => running.promise });
    const listener = await listenQuic(server, "quic://[::1]:0", { tls: own });
    const transport = connectQuic(`wrpc+${listener.address}`, { tls });
    const client = createClient(contract, transport);
    const waiting = client.wait?.();
    await eventually(async () => server.stats().calls === 1);
    await listener.close();
    for (let again = 0; again < 2; again++) {
      const error: unknown = await client.ping?.().catch((reason: unknown) => reason);
      assert.ok(isRpcError(error), String(error));
      assert.deepEqual([error.code, error.started], ["unavailable", "no"], error.message);
    }
    running.resolve("done");
    assert.equal(await waiting, "done");
    await transport.close();
    await server.close();
    // Nobody has the port any more.
    await eventually(async () => {
      const next = await listenQuic(server, listener.address, { tls: own }).catch(() => undefined);
      await next?.close();
      return next !== undefined;
    });
  });

  test("more clients at once than are trusted show first where they are", GUARD, async () => {
    const server = quietServer();
    server.serve(contract, { ...unused, ping: () => "pong" });
    await using listener = await listenQuic(server, "quic://[::1]:0", { tls: own });
    const transports = Array.from({ length: 150 }, () => connectQuic(`wrpc+${listener.address}`, { tls }));
    const answers = await Promise.all(transports.map((transport) => createClient(contract, transport).ping?.()));
    assert.ok(answers.every((answer) => answer === "pong"));
    await Promise.all(transports.map((transport) => transport.close()));
    await server.close();
  });

  test("a connection that has had no calls for a while is closed, and made again", GUARD, async () => {
    const server = quietServer({ limits: IMPATIENT });
    server.serve(contract, { ...unused, ping: () => "pong" });
    await using listener = await listenQuic(server, "quic://[::1]:0", { tls: own });
    const transport = connectQuic(`wrpc+${listener.address}`, { tls, limits: IMPATIENT });
    const client: Client<never> = createClient(contract, transport) as Client<never>;
    const { ping } = client as unknown as { ping(): Promise<string> };
    for (let round = 0; round < 2; round++) {
      assert.equal(await ping(), "pong");
      await new Promise((resolve) => setTimeout(resolve, 700));
    }
    assert.equal(await ping(), "pong");
    await transport.close();
    await server.close();
  });

  test("datagrams of garbage hurt nobody", GUARD, async () => {
    const server = quietServer();
    server.serve(contract, { ...unused, ping: () => "pong" });
    await using listener = await listenQuic(server, "quic://[::1]:0", { tls: own });
    const { port } = parseQuicAddress(listener.address);
    const transport = connectQuic(`wrpc+${listener.address}`, { tls });
    const client = createClient(contract, transport);
    assert.equal(await client.ping?.(), "pong");
    const socket = createSocket("udp6");
    for (let round = 0; round < 500; round++) {
      const garbage = randomBytes(round % 7 === 0 ? 1200 + (round % 100) : 6 + (round % 64));
      // Long headers of version 1 among them, of every type.
      if (round % 3 === 0) garbage.set([0xc0 | ((round & 3) << 4), 0, 0, 0, 1, round % 24], 0);
      socket.send(garbage, port, "::1");
      if (round % 50 === 0) assert.equal(await client.ping?.(), "pong");
    }
    socket.close();
    assert.equal(await client.ping?.(), "pong");
    await transport.close();
    await server.close();
  });
});

/** Functions that a test has no use for. */
const unused = Object.fromEntries(
  contract.functions.map(({ name }) => [name, () => Promise.reject(new Error(`${name} was not to be called`))]),
);

function quietServer(options: ServerOptions = {}): Server {
  return createServer({ onFailure: () => {}, ...options });
}

async function spawnServer(address: string): Promise<[ChildProcess, string]> {
  const script = new URL("./testing/doomed-server.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, address], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(JSON.stringify({ cert: own.cert, key: own.key }));
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return [child, address.startsWith("wrpc+") && !line.startsWith("wrpc+") ? `wrpc+${line}` : line];
}

async function failure(address: string, options: QuicConnectOptions): Promise<import("@witwire/rpc").RpcError> {
  const transport = connectQuic(address, options);
  const error: unknown = await createClient(contract, transport)
    .ping?.()
    .catch((reason: unknown) => reason);
  await transport.close({ force: true });
  assert.ok(isRpcError(error), String(error));
  return error;
}

async function outcome(call: Promise<unknown> | undefined): Promise<unknown> {
  return call?.then(
    (value) => value,
    (error: unknown) => (isRpcError(error) ? error.code : error),
  );
}

async function drain(stream: Stream<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}

async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
