/** Serves a component with the installed command, and calls it with the command, over WebSockets of the installed package. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";

const command = "node_modules/.bin/witwire";
const args = [command, "serve", "server.wasm", "--listen", "ws://127.0.0.1:0/calls", "--reflection", "all"];
const server = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "pipe"] });
let log = "";
const address = await new Promise((resolve, reject) => {
  server.stderr.on("data", (text) => {
    log += text;
    const listening = /^listening on (ws:\S+)/m.exec(log)?.[1];
    if (listening !== undefined) resolve(listening);
  });
  server.once("close", (code) => reject(new Error(`the server ended with code ${code}: ${log}`)));
});
const { stdout } = await promisify(execFile)(process.execPath, [command, "call", address, "hello()"]);
console.log(stdout.trim());
const ended = once(server, "close");
server.kill("SIGINT");
const [code] = await ended;
if (code !== 0) throw new Error(`the server ended with code ${code}: ${log}`);
