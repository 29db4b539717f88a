import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import { test } from "node:test";
import { createClient } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { connect } from "./connect.ts";
import type { Report } from "./testing/attacked-server.ts";
import { doomedWit } from "./testing/doomed-wit.ts";
import { dialRaw } from "./testing/socket-harness.ts";

const contract = findInterface(parseWit(doomedWit), "doomed");
const GUARD = { timeout: 60_000 };
const MOST_MEMORY = 64 * 1024 * 1024;

const greeting = Buffer.from("57495457495245010100", "hex");
/** OPEN of call 1, a new target that becomes number 0. */
const openNew = (name: string, instance = "test:doomed/doomed"): Buffer => {
  const body = Buffer.concat([Buffer.from([0x91, 1]), text(instance), text(name)]);
  return Buffer.concat([Buffer.from([body.length]), body]);
};
/** A frame of at most 127 bytes whose body begins with a number. */
const frame = (kind: number, id: number, ...rest: number[]): Buffer => {
  const number = unsigned(id);
  return Buffer.from([1 + number.length + rest.length, kind, ...number, ...rest]);
};

/** A frame of more than 127 bytes: numbers of handles, or of resources. */
const numbers = (kind: number, values: readonly number[]): Buffer => {
  const rest = Buffer.from([kind, ...values.flatMap(unsigned)]);
  return Buffer.concat([Buffer.from(unsigned(rest.length)), rest]);
};
const give = (handles: readonly number[]): Buffer => numbers(0x0a, handles);
const drop = (resources: readonly number[]): Buffer => numbers(0x09, resources);

test("100,000 opens at once: those beyond the limit are refused, then the connection ends", GUARD, async () => {
  await using victim = await Victim.start();
  const bytes = Buffer.concat(Array.from({ length: 100_000 }, (_, i) => frame(0x11, 3 + 2 * i, 0)));
  await victim.attack(openNew("wait"), bytes);
  const { failures } = await victim.survived();
  assert.ok((failures["resource-exhausted"] ?? 0) >= 10_000, JSON.stringify(failures));
});

test("calls that are cancelled as soon as they are made cost what a call costs", GUARD, async () => {
  await using victim = await Victim.start();
  const cancelled = text("cancelled");
  const storm = Array.from({ length: 50_000 }, (_, i) => [
    frame(0x11, 3 + 2 * i, 0),
    frame(0x04, 3 + 2 * i, ...cancelled),
  ]);
  const socket = await victim.attack(openNew("wait"), Buffer.concat(storm.flat()), frame(0x07, 1, 2, 3, 4, 5, 6, 7, 8));
  socket.destroy();
  await victim.survived();
});

test("a flood of pings from a peer that reads nothing, and from one that does", GUARD, async () => {
  await using victim = await Victim.start();
  const pings = Buffer.concat(Array.from({ length: 200_000 }, () => frame(0x07, 1, 2, 3, 4, 5, 6, 7, 8)));
  const deaf = dialRaw(victim.address).pause();
  deaf.on("error", () => {});
  deaf.write(Buffer.concat([greeting, pings]));
  await victim.attack(pings);
  const { failures } = await victim.survived();
  deaf.destroy();
  assert.equal(failures["resource-exhausted"], 2, JSON.stringify(failures));
});

test("a thousand streams that are asked for and never given credit", GUARD, async () => {
  await using victim = await Victim.start();
  const opens = Buffer.concat(Array.from({ length: 1000 }, (_, i) => frame(0x11, 3 + 2 * i, 0)));
  const socket = dialRaw(victim.address);
  socket.on("error", () => {});
  let received = 0;
  socket.on("data", (bytes) => {
    received += bytes.length;
  });
  socket.write(Buffer.concat([greeting, openNew("endless"), opens]));
  await eventually(() => received >= 1001 * 65_536);
  await victim.survived();
  socket.destroy();
  await eventually(async () => (await victim.report()).calls === 0);
});

test("parameters that fill every window and are never complete", GUARD, async () => {
  await using victim = await Victim.start();
  // The target has a stream, and each call fills the windows of paths that no value announces before its root is there.
  const socket = dialRaw(victim.address);
  socket.on("error", () => {});
  const closed = once(socket, "close");
  socket.resume().write(Buffer.concat([greeting, Buffer.from([...openNew("echo")]).fill(0x81, 1, 2)]));
  const window = Buffer.alloc(65_536);
  const head = (id: number): Buffer => {
    const rest = Buffer.from([0x02, ...unsigned(id), 1, 0]);
    return Buffer.concat([Buffer.from(unsigned(rest.length + window.length)), rest]);
  };
  for (let i = 0; i < 1000 && !socket.destroyed; i++) {
    const id = 1 + 2 * i;
    if (i > 0) socket.write(frame(0x01, id, 0));
    if (!socket.write(Buffer.concat([head(id), window]))) await Promise.race([once(socket, "drain"), closed]);
  }
  await eventually(() => socket.writableLength === 0);
  // The budget of one connection, and what it takes to hold it.
  await victim.survived(MOST_MEMORY + 16 * 1024 * 1024);
  socket.destroy();
});

test("a client that gives a million resources away", GUARD, async () => {
  await using victim = await Victim.start();
  const gives = Array.from({ length: 500 }, (_, i) =>
    give(Array.from({ length: 2000 }, (_, j) => 4 * (1 + 2000 * i + j))),
  );
  await victim.attack(openNew("wait"), ...gives.flatMap((bytes, i) => [bytes, frame(0x11, 3 + 2 * i, 0)]));
  const { failures, handles } = await victim.survived();
  assert.ok((failures["resource-exhausted"] ?? 0) >= 1, JSON.stringify(failures));
  assert.equal(handles, 0);
});

test("a client that wants 100,000 resources, and drops as many that are gone", GUARD, async () => {
  await using victim = await Victim.start();
  const socket = dialRaw(victim.address);
  socket.on("error", () => {});
  let answered = 0;
  socket.on("data", (bytes) => {
    answered += bytes.length;
  });
  socket.write(Buffer.concat([greeting, openNew("mint", "test:vault/vault")]));
  for (let i = 0; i < 100; i++) {
    const calls = Buffer.concat(Array.from({ length: 1000 }, (_, j) => frame(0x11, 3 + 2 * (1000 * i + j), 0)));
    const before = answered;
    if (!socket.write(calls)) await once(socket, "drain");
    await eventually(() => answered > before || socket.destroyed);
  }
  const { failures, handles } = await victim.survived();
  assert.ok((failures["resource-exhausted"] ?? 0) >= 90_000, JSON.stringify(failures));
  assert.equal(handles, 10_000);
  const ended = once(socket, "end");
  socket.write(Buffer.concat(Array.from({ length: 100_000 }, (_, i) => drop([1 + (i % 10_000)]))));
  await ended;
  const after = await victim.survived();
  assert.equal(after.failures["resource-exhausted"], 1, JSON.stringify(after.failures));
  assert.equal(after.handles, 0);
  socket.destroy();
});

/** A server in a process of its own, with as much memory as it needs to be asked once. */
class Victim implements AsyncDisposable {
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #baseline: number;

  static async start(): Promise<Victim> {
    const child = fork(new URL("./testing/attacked-server.ts", import.meta.url).pathname, {
      execArgv: ["--expose-gc"],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const { address } = await ask(child);
    await isServed(address);
    return new Victim(child, await ask(child));
  }

  private constructor(child: ChildProcess, { address, memory }: Report) {
    this.#child = child;
    this.address = address;
    this.#baseline = memory;
  }

  report(): Promise<Report> {
    return ask(this.#child);
  }

  /** Greets, sends, and reads until the other side ends or answers a ping. */
  async attack(...bytes: Buffer[]): Promise<Socket> {
    const socket = dialRaw(this.address);
    const over = Promise.withResolvers<void>();
    socket.on("error", () => over.resolve()).on("end", () => over.resolve());
    socket.on("data", (received) => {
      if (bytes.length > 2 && received.includes(Buffer.from([0x09, 0x17, 1, 2, 3, 4, 5, 6, 7, 8]))) over.resolve();
    });
    socket.write(Buffer.concat([greeting, ...bytes]));
    await over.promise;
    return socket;
  }

  /** Others are served meanwhile, and the process has not grown by more than it may. */
  async survived(most: number = MOST_MEMORY): Promise<Report> {
    await isServed(this.address);
    const now = await this.report();
    const grown = now.memory - this.#baseline;
    assert.ok(grown <= most, `${Math.round(grown / 1024 / 1024)} MiB more than before`);
    return now;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.disconnect();
    await once(this.#child, "exit");
  }
}

async function ask(child: ChildProcess): Promise<Report> {
  child.send("report");
  const [message] = await once(child, "message");
  return message as Report;
}

async function isServed(address: string): Promise<void> {
  const transport = connect(address as `tcp://${string}`);
  assert.equal(await createClient(contract, transport).ping?.(), "pong");
  await transport.close();
}

function text(value: string): Buffer {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value)]);
}

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...unsigned(Math.floor(value / 0x80))];
}

async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 20_000;
  while (!(await condition())) {
    assert.ok(Date.now() < end, `this never became true: ${condition}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
