/** A server in a process of its own, to be stopped or killed: `group-member.ts <address> <name>`. */
import { createServer } from "@witwire/rpc";
import { listen } from "../listen.ts";
import { calls } from "./contracts.ts";
import { untilAborted } from "./stage.ts";

const [address = "", name = ""] = process.argv.slice(2);
const server = createServer({ onFailure: () => {} });
server.serve(calls, {
  add: (a: number, b: number) => a + b,
  wait: untilAborted,
  nothing: () => {},
  measure: (data: Uint8Array) => data.length,
  who: () => name,
} as never);
await listen(server, address);
console.log("ready");
