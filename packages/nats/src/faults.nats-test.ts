/** A NATS server, or a member of a group, that goes away or stands still. Run by `npm run test:nats`. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { createClient, createServer, isRpcError } from "@witwire/rpc";
import { connect } from "./connect.ts";
import { listen } from "./listen.ts";
import { calls, flows, hello } from "./testing/contracts.ts";
import type { Scheme } from "./testing/harness.ts";
import { endOf, type NatsServer, startNatsServer } from "./testing/nats-server.ts";
import { eventually, failsWith, untilAborted } from "./testing/stage.ts";

const GUARD = { timeout: 60_000 };

const all = {
  add: (a: number, b: number) => a + b,
  wait: untilAborted,
  nothing: () => {},
  measure: (data: Uint8Array) => data.length,
  who: () => "here",
};

for (const scheme of ["nats", "wrpc+nats"] satisfies Scheme[]) {
  test(`${scheme}: a NATS server that is restarted under load`, GUARD, async () => {
    let nats = await startNatsServer();
    const address = `${scheme}://${nats.host}/restart`;
    const server = createServer({ onFailure: () => {} });
    server.serve(calls, all as never);
    await listen(server, address);
    const transport = connect(address);
    const client = createClient(calls, transport);
    const failures = new Set<string>();
    let answered = 0;
    let stop = false;
    const load = Array.from({ length: 20 }, async (_, worker) => {
      for (let call = 0; !stop; call++) {
        try {
          assert.equal(await client.add?.(worker, call, { timeout: 5000 }), worker + call);
          answered++;
        } catch (error) {
          assert.ok(isRpcError(error), String(error));
          failures.add(error.code);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      }
    });
    const waiting = failsWith(client.wait?.(), "unavailable");
    await eventually(() => answered > 100);
    await nats.kill();
    await waiting;
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = answered;
    nats = await startNatsServer({ port: nats.port });
    await eventually(() => answered > before + 100);
    stop = true;
    await Promise.all(load);
    assert.deepEqual(failures, new Set(["unavailable"]), "whatever failed did so for one reason");
    await transport.close();
    await server.close();
    assert.deepEqual(transport.stats(), { invocations: 0, connections: 0, timers: 0, handles: 0 });
    await nats.kill();
  });

  test(`${scheme}: nothing is left subscribed behind calls, and a drained server loses no reply`, GUARD, async () => {
    await using nats = await startNatsServer();
    const address = `${scheme}://${nats.host}/drain?group=g`;
    const serve = async (): Promise<ReturnType<typeof createServer>> => {
      const server = createServer();
      const add = async (a: number, b: number): Promise<number> => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return a + b;
      };
      server.serve(calls, { ...all, add } as never);
      await listen(server, address);
      return server;
    };
    const leaving = await serve();
    const staying = await serve();
    const subscribed = await nats.subscriptions();
    const transport = connect(address);
    const client = createClient(calls, transport);
    const sums: Promise<unknown>[] = [];
    for (let call = 0; call < 200; call++) {
      sums.push(client.add?.(call, 1) as Promise<unknown>);
      if (call === 100) void leaving.drain();
      if (call % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.deepEqual(
      await Promise.all(sums),
      Array.from({ length: 200 }, (_, call) => call + 1),
    );
    await leaving.drain();
    // Its functions, those of reflection and health, and its inbox are gone; the client's inbox has come.
    await settlesAt(nats, subscribed / 2 + 1);
    await transport.close();
    await staying.close();
    await settlesAt(nats, 0);
  });
}

test(
  "a member of a group that stands still holds up its own calls only, and one that is killed fails them",
  GUARD,
  async () => {
    await using nats = await startNatsServer();
    const address = `nats://${nats.host}/group?group=g`;
    const members = await Promise.all(["one", "two"].map((name) => startMember(address, name)));
    const limits = { keepaliveInterval: 200, keepaliveTimeout: 200 };
    const transport = connect(address, { limits });
    const client = createClient(calls, transport);
    const names = new Set(await Promise.all(Array.from({ length: 40 }, () => client.who?.())));
    assert.deepEqual(names, new Set(["one", "two"]));
    const [first, second] = members as [ChildProcess, ChildProcess];
    first.kill("SIGSTOP");
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => client.who?.({ timeout: 1000 })));
    const answers = outcomes
      .filter(({ status }) => status === "fulfilled")
      .map((outcome) => Reflect.get(outcome, "value"));
    assert.ok(answers.length > 0, "the other member goes on");
    assert.deepEqual(new Set(answers), new Set(["two"]));
    for (const outcome of outcomes)
      if (outcome.status === "rejected") assert.equal(outcome.reason.code, "deadline-exceeded");
    first.kill("SIGCONT");
    await eventuallyAnswers(() => client.who?.({ timeout: 1000 }), "one");
    const waiting = Array.from({ length: 10 }, () => client.wait?.() as Promise<unknown>);
    await new Promise((resolve) => setTimeout(resolve, 300));
    for (const member of [first, second]) member.kill("SIGKILL");
    for (const outcome of await Promise.allSettled(waiting)) {
      assert.ok(outcome.status === "rejected" && isRpcError(outcome.reason) && outcome.reason.code === "unavailable");
    }
    await Promise.all(members.map(endOf));
    const started = performance.now();
    await failsWith(client.who?.(), "unavailable", { started: "no", message: /nobody serves/ });
    assert.ok(performance.now() - started < 5000, "it takes no deadline to find that out");
    await transport.close();
  },
);

test("two prefixes and both protocols side by side", GUARD, async () => {
  await using nats = await startNatsServer();
  const servers = await Promise.all(
    ["nats", "wrpc+nats"].flatMap((scheme) =>
      ["left", "right"].map(async (prefix) => {
        const server = createServer();
        server.serve(hello, { hello: () => `${prefix} by ${scheme}` });
        await listen(server, `${scheme}://${nats.host}/${prefix}`);
        return server;
      }),
    ),
  );
  for (const scheme of ["nats", "wrpc+nats"]) {
    for (const prefix of ["left", "right"]) {
      const transport = connect(`${scheme}://${nats.host}/${prefix}`);
      assert.equal(await createClient(hello, transport).hello?.(), `${prefix} by ${scheme}`);
      await transport.close();
    }
  }
  await Promise.all(servers.map((server) => server.close()));
});

test("what NATS does not allow is said at once", GUARD, async () => {
  const config = `authorization { users = [
    { user: a, password: a, permissions: { publish: ["_INBOX.>"], subscribe: ["_INBOX.>", "open.>"] } } ] }`;
  await using nats = await startNatsServer({ config });
  const credentials = { nats: { user: "a", pass: "a" } };
  const transport = connect(`nats://${nats.host}/open`, credentials);
  await failsWith(createClient(hello, transport).hello?.(), "permission-denied", { started: "no" });
  await transport.close();
  const errors: Error[] = [];
  const server = createServer();
  server.serve(hello, { hello: () => "" });
  const listener = await listen(server, `nats://${nats.host}/shut`, {
    ...credentials,
    onError: (error) => errors.push(error),
  });
  const refused = (name: string): boolean =>
    errors.some(({ message }) => message.startsWith(`cannot subscribe to shut.witwire.1.${name}`));
  await eventually(() => refused(hello.name) && refused("witwire:health") && refused("witwire:reflection"));
  await listener.close();
  await server.close();
  const wrong = connect(`nats://${nats.host}`, { nats: { user: "a", pass: "b" } });
  await failsWith(createClient(hello, wrong).hello?.(), "unavailable", { started: "no", message: /uthoriz|uthent/ });
  await wrong.close();
});

test("a stream of 50 MB goes through while its consumer is slow at first", GUARD, async () => {
  await using nats = await startNatsServer();
  const server = createServer();
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (let piece = 0; piece < 800; piece++) yield new Uint8Array(65_536);
  };
  server.serve(flows, { download: pieces, upload: () => 0n, bytes: () => [] } as never);
  await listen(server, `nats://${nats.host}`);
  const transport = connect(`nats://${nats.host}`);
  const stream = (await createClient(flows, transport).download?.(0)) as AsyncIterable<Uint8Array>;
  let bytes = 0;
  for await (const chunk of stream) {
    if (bytes === 0) await new Promise((resolve) => setTimeout(resolve, 200));
    bytes += chunk.length;
  }
  assert.equal(bytes, 800 * 65_536);
  await transport.close();
  await server.close();
});

/** The NATS server counts a connection's subscriptions until it has seen it go. */
async function settlesAt(nats: NatsServer, subscriptions: number): Promise<void> {
  let counted = await nats.subscriptions();
  for (let attempt = 0; attempt < 200 && counted !== subscriptions; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    counted = await nats.subscriptions();
  }
  assert.equal(counted, subscriptions);
}

async function startMember(address: string, name: string): Promise<ChildProcess> {
  const script = new URL("./testing/group-member.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, address, name], { stdio: ["ignore", "pipe", "inherit"] });
  process.on("exit", () => child.kill("SIGKILL"));
  await once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line");
  return child;
}

async function eventuallyAnswers(call: () => unknown, wanted: string): Promise<void> {
  let answer: unknown;
  await eventually(() => {
    Promise.resolve(call()).then(
      (value) => {
        if (value === wanted) answer = value;
      },
      () => {},
    );
    return answer === wanted;
  });
}
