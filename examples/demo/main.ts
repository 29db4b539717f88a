/**
 * The main job in one minute: servers and clients in processes of their own, in TypeScript and as components, one
 * contract, real sockets. What it prints is kept in docs/demo.txt.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { buildGuests } from "./guest/build.ts";

/** A process whose output is shown, line by line behind its name. */
interface Shown {
  readonly process: ChildProcess;
  /** Settles when the process and its output have ended. */
  readonly ended: Promise<unknown>;
  /** The rest of the first line that has this text in it. */
  after(text: string): Promise<string>;
}

const here = new URL(".", import.meta.url).pathname;
const root = new URL("../../", import.meta.url).pathname;
const running: Shown[] = [];
process.on("exit", () => {
  for (const { process: child } of running) child.kill();
});

// Takes some seconds the first time, and happens while the others talk.
const building = buildGuests();
const anyPort = "wrpc+tcp://[::1]:0";

const server = show("server", [`${here}server.ts`, anyPort]);
const address = await server.after("counters on ");
await finished(show("client", [`${here}client.ts`, address]));
await finished(witwire("shell", ["call", address, "handler.hello()"]));

const guests = await building;

// The same client, and a component in the server's place.
const component = witwire("guest", ["serve", guests.server, "--listen", anyPort, "--log", "quiet"]);
const itsAddress = await component.after("listening on ");
await finished(show("client", [`${here}client.ts`, itsAddress, "call", "resource"]));
await finished(witwire("shell", ["wit", itsAddress, "--instance", "wrpc-examples:hello/handler"]));
await finished(witwire("shell", ["call", itsAddress, "handler.hello()"]));

// The same servers, and a component in the client's place.
await finished(witwire("shell", ["run", guests.client, "--import", address]));
await finished(witwire("shell", ["run", guests.client, "--import", itsAddress]));

for (const last of [component, server]) {
  last.process.kill("SIGTERM");
  await finished(last);
}

/** Runs the command line tool, and shows the command too. */
function witwire(name: string, args: string[]): Shown {
  const shown = args.map((arg) => (arg.includes("(") ? `'${arg}'` : arg.replace(root, "")));
  print(name, `$ witwire ${shown.join(" ")}`);
  return show(name, [`${root}packages/cli/src/main.ts`, ...args]);
}

function show(name: string, args: string[]): Shown {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const outputs = [child.stdout, child.stderr].map((input) => createInterface({ input }));
  for (const lines of outputs) lines.on("line", (line) => print(name, line));
  const ended = once(child, "close");
  const shown: Shown = {
    process: child,
    ended,
    after: (text) =>
      new Promise((resolve, reject) => {
        for (const lines of outputs) {
          lines.on("line", (line) => {
            if (line.includes(text)) resolve(line.slice(line.indexOf(text) + text.length));
          });
        }
        ended.then(() => reject(new Error(`the ${name} ended before it printed "${text}"`)));
      }),
  };
  running.push(shown);
  return shown;
}

function print(name: string, line: string): void {
  console.log(`${name.padEnd(6)} | ${line}`);
}

async function finished({ process: child, ended }: Shown): Promise<void> {
  await ended;
  if (child.exitCode === 0) return;
  console.error(`a process of the demo ended with code ${child.exitCode ?? child.signalCode}`);
  process.exit(1);
}
