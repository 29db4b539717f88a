/**
 * The main job in one minute: a server and a client in processes of their own, one contract, a real socket.
 * What it prints is kept in docs/demo.txt.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const here = new URL(".", import.meta.url).pathname;

const server = run("server", [`${here}server.ts`, "wrpc+tcp://[::1]:0"]);
const [announcement] = (await once(server.lines, "line")) as [string];
const address = announcement.split(" ").at(-1) ?? "";

await finished(run("client", [`${here}client.ts`, address]).process);

const call = ["call", address, "handler.hello()", "--wit", `${here}wit`];
console.log(
  `shell  | $ witwire ${call.map((arg) => (arg.includes("(") ? `'${arg}'` : arg.replace(here, "examples/demo/"))).join(" ")}`,
);
await finished(run("shell", [new URL("../../packages/cli/src/main.ts", import.meta.url).pathname, ...call]).process);

server.process.kill("SIGTERM");
await finished(server.process);

/** Starts a process whose output is shown line by line behind its name. */
function run(name: string, args: string[]): { process: ChildProcess; lines: ReturnType<typeof createInterface> } {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => console.log(`${name.padEnd(6)} | ${line}`));
  return { process: child, lines };
}

async function finished(child: ChildProcess): Promise<void> {
  const [code] = child.exitCode === null ? ((await once(child, "close")) as [number | null]) : [child.exitCode];
  if (code !== 0) {
    console.error(`a process of the demo ended with code ${code}`);
    server.process.kill();
    process.exit(1);
  }
}
