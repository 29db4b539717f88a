import { existsSync } from "node:fs";
import { join } from "node:path";
import { serverBytes } from "../../packages/host/src/testing/guests.ts";
import { CommandError } from "../run.ts";
import type { Consumer } from "./consumer.ts";
import type { StagedPackage } from "./stage.ts";

/**
 * Uses what was installed: the command tells its version, serves a component, calls it, and says what it lacks; and a call
 * goes over a Unix socket. What is not staged yet is reported as left out.
 *
 * @returns what went wrong
 */
export async function smokeTest(
  consumer: Consumer,
  packages: readonly StagedPackage[],
  report: (line: string) => void,
): Promise<string[]> {
  const problems: string[] = [];
  const staged = (name: string): StagedPackage | undefined => packages.find((item) => item.name === name);
  const cli = staged("@witwire/cli");
  if (cli === undefined) report("left out: the command (@witwire/cli is not staged)");
  else {
    const version = (await consumer.runCommand("witwire", "--version")).trim();
    if (!/^(witwire )?\d+\.\d+\.\d+/.test(version))
      problems.push(`witwire --version printed ${JSON.stringify(version)}`);
    if (staged("@witwire/websocket") === undefined)
      report("left out: calls over WebSockets (@witwire/websocket is not staged)");
    else problems.push(...(await tryWebSockets(consumer)));
  }
  const call = join(import.meta.dirname, "testdata/unix-call.mjs");
  if (staged("@witwire/node") === undefined || !existsSync(call))
    report("left out: a call over a Unix socket (@witwire/node is not staged)");
  else {
    consumer.copy(call, "unix-call.mjs");
    const output = await consumer.runModule("run-unix-call.mjs", 'await import("./unix-call.mjs");');
    if (output.trim() !== "Hello, consumer")
      problems.push(`the call over a Unix socket printed ${JSON.stringify(output)}`);
  }
  return problems;
}

/** The command finds an optional package where it is installed, and asks for it where it is not. */
async function tryWebSockets(consumer: Consumer): Promise<string[]> {
  const problems: string[] = [];
  consumer.copy(join(import.meta.dirname, "testdata/web-socket-call.mjs"), "web-socket-call.mjs");
  consumer.write("server.wasm", await serverBytes());
  const output = await consumer.runModule("run-web-socket-call.mjs", 'await import("./web-socket-call.mjs");');
  if (output.trim() !== '"hello from WebAssembly"')
    problems.push(`the call over a WebSocket printed ${JSON.stringify(output)}`);
  const complaint = await consumer.without("@witwire/websocket", async () => {
    try {
      return await consumer.runCommand("witwire", "health", "ws://[::1]:1");
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return error.message;
    }
  });
  if (!/ended with code 2:.*npm install @witwire\/websocket@\d/s.test(complaint))
    problems.push(`without @witwire/websocket the command printed ${JSON.stringify(complaint)}`);
  return problems;
}
