/** The steps of wRPC's own walk-through: a server and a client, each as a program and as a component, in all pairs. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { PeerProgram } from "./peer-program.ts";

/** The files of the components that take part. */
export interface Components {
  readonly server: string;
  readonly client: string;
}

/** One program as it is started, and as the transcript shows it. */
interface Command {
  readonly shown: string;
  readonly program: string;
  readonly args: readonly string[];
}

/** A way to take one of the two parts. */
interface Part {
  readonly name: string;
  readonly server: (address: string) => Command;
  readonly client: (address: string) => Command;
}

const witwire = fileURLToPath(new URL("../../packages/cli/src/main.ts", import.meta.url));
const anyPort = "wrpc+tcp://[::1]:0";

/**
 * Walks through the eight steps.
 *
 * @param peer takes the part of our own programs
 * @param print gets the transcript line by line
 * @throws Error where a program fails
 */
export async function walkThrough(
  components: Components,
  peer: PeerProgram | undefined,
  print: (line: string) => void,
): Promise<void> {
  const native = peer === undefined ? ours : theirs(peer);
  const component = asComponents(components);
  let step = 0;
  for (const serving of [native, component]) {
    for (const calling of [native, component]) {
      print(`# ${++step}. ${serving.name} serves`);
      await using server = await start(serving.server(anyPort), print);
      print(`# ${++step}. ${calling.name} calls it`);
      await finish(calling.client(server.address), print);
    }
  }
}

const ours: Part = {
  name: "a program in TypeScript",
  server: (address) => script("server.ts", address),
  client: (address) => script("client.ts", address),
};

function script(name: string, address: string): Command {
  const file = fileURLToPath(new URL(`native/${name}`, import.meta.url));
  return { shown: `node native/${name} ${address}`, program: process.execPath, args: [file, address] };
}

function theirs({ name, program }: PeerProgram): Part {
  // Their addresses have no scheme for the protocol.
  const command = (verb: string, address: string): Command => {
    const args = [verb, address.replace(/^wrpc\+/, "")];
    return { shown: `peer ${args.join(" ")}`, program, args };
  };
  return {
    name: `a program in ${name}`,
    server: (address) => command("serve", address),
    client: (address) => command("hello", address),
  };
}

function asComponents({ server, client }: Components): Part {
  const command = (shown: string, args: readonly string[]): Command => ({
    shown: `witwire ${shown}`,
    program: process.execPath,
    args: [witwire, ...args],
  });
  return {
    name: "a component",
    server: (address) =>
      command(`serve server.wasm --listen ${address} --log quiet`, [
        "serve",
        server,
        "--listen",
        address,
        "--log",
        "quiet",
      ]),
    client: (address) => command(`run client.wasm --import ${address}`, ["run", client, "--import", address]),
  };
}

/** Starts a server, and waits until it says where it listens. */
async function start(
  command: Command,
  print: (line: string) => void,
): Promise<AsyncDisposable & { readonly address: string }> {
  const child = launch(command, print);
  const closed = once(child, "close");
  const address = Promise.withResolvers<string>();
  for (const output of [child.stdout, child.stderr]) {
    createInterface({ input: output as NonNullable<typeof output> }).on("line", (line) => {
      const found = /^listening on (?:wrpc\+)?(tcp:\S+)$/.exec(line)?.[1];
      // What both kinds of peers print, and no more.
      if (!/^(stopp| {2}and for |answers$)/.test(line)) print(`  ${line}`);
      if (found !== undefined) address.resolve(`wrpc+${found}`);
    });
  }
  closed.then(() => address.reject(new Error(`${command.shown} ended before it listened`)));
  return {
    address: await address.promise,
    async [Symbol.asyncDispose]() {
      child.stdin?.end();
      child.kill("SIGTERM");
      await closed;
    },
  };
}

async function finish(command: Command, print: (line: string) => void): Promise<void> {
  const child = launch(command, print);
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> });
  lines.on("line", (line) => print(`  ${line}`));
  child.stderr?.pipe(process.stderr);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${command.shown} ended with code ${code}`);
}

function launch({ shown, program, args }: Command, print: (line: string) => void): ChildProcess {
  print(`$ ${shown}`);
  return spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
}
