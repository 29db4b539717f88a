/** The steps of wRPC's own walk-through over NATS. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { PeerProgram } from "../peer-program.ts";
import type { Components } from "../walk-through.ts";

export interface Walk {
  /** `host:port` of the NATS server. */
  readonly host: string;
  readonly components: Components;
  /** A program that takes the part of our own, if there is one. */
  readonly peer: PeerProgram | undefined;
}

interface Command {
  readonly shown: string;
  readonly program: string;
  readonly args: readonly string[];
}

interface Running extends AsyncDisposable {
  /** Resolves once it has answered a call, for programs that say so. */
  readonly answered: Promise<void>;
}

/** Calls that find both members of a group: that one of them gets none has a chance of 1 in 2^63. */
const CALLS = "64";

/**
 * Walks through the seven steps.
 *
 * @param print gets the transcript line by line
 * @throws Error where a program fails
 */
export async function walkThroughNats({ host, components, peer }: Walk, print: (line: string) => void): Promise<void> {
  const programs = peer?.name ?? "TypeScript";
  const native = `wrpc+nats://${host}/native`;
  const component = `wrpc+nats://${host}/component`;
  const serve =
    peer === undefined ? script("server.ts", `${native}?group=hello`) : theirs(peer, "serve", `${native}?group=hello`);
  print("# 1. a NATS server, and nothing else");
  print("$ nats-server");
  print(`# 2. two programs in ${programs} serve, in one group`);
  await using one = await start(serve, print);
  await using two = await start(serve, print);
  print(`# 3. a program in ${programs} calls them`);
  await finish(peer === undefined ? script("client.ts", native, CALLS) : theirs(peer, "hello", native, CALLS), print);
  await Promise.all([one.answered, two.answered]);
  print("  both have answered");
  print("# 4. a component serves, at a prefix of its own");
  await using _ = await start(withComponent("component-server.ts", "server.wasm", components.server, component), print);
  print(`# 5. a program in ${programs} calls it`);
  await finish(peer === undefined ? script("client.ts", component) : theirs(peer, "hello", component), print);
  print("# 6. a component calls the programs");
  await finish(withComponent("component-client.ts", "client.wasm", components.client, native), print);
  print("# 7. a component calls the component");
  await finish(withComponent("component-client.ts", "client.wasm", components.client, component), print);
}

function script(name: string, ...args: readonly string[]): Command {
  const file = fileURLToPath(new URL(name, import.meta.url));
  return { shown: `node nats/${name} ${args.join(" ")}`, program: process.execPath, args: [file, ...args] };
}

function withComponent(name: string, shownFile: string, file: string, address: string): Command {
  return { ...script(name, file, address), shown: `node nats/${name} ${shownFile} ${address}` };
}

/** Their addresses have no scheme for the protocol. */
function theirs({ program }: PeerProgram, verb: string, address: string, ...rest: readonly string[]): Command {
  const args = [verb, address.replace(/^wrpc\+/, ""), ...rest];
  return { shown: `peer ${args.join(" ")}`, program, args };
}

/** Starts a server, and waits until it says that it listens. */
async function start(command: Command, print: (line: string) => void): Promise<Running> {
  const child = launch(command, print);
  const closed = once(child, "close");
  const listening = Promise.withResolvers<void>();
  const answered = Promise.withResolvers<void>();
  createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).on("line", (line) => {
    if (line === "answers") answered.resolve();
    else print(`  ${line}`);
    if (line.startsWith("listening on ")) listening.resolve();
  });
  child.stderr?.pipe(process.stderr);
  closed.then(() => listening.reject(new Error(`${command.shown} ended before it listened`)));
  await listening.promise;
  return {
    answered: answered.promise,
    async [Symbol.asyncDispose]() {
      child.stdin?.end();
      child.kill("SIGTERM");
      await closed;
    },
  };
}

async function finish(command: Command, print: (line: string) => void): Promise<void> {
  const child = launch(command, print);
  createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).on("line", (line) => print(`  ${line}`));
  child.stderr?.pipe(process.stderr);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${command.shown} ended with code ${code}`);
}

function launch({ shown, program, args }: Command, print: (line: string) => void): ChildProcess {
  print(`$ ${shown}`);
  return spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
}
