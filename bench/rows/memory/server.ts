import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { announce } from "../../server-process.ts";
import { held } from "./generated/bench/memory/held.ts";
import { roomy } from "./roomy.ts";

const forever = new Promise<never>(() => {});
const server = createServer({ limits: roomy, onFailure: () => {} });
server.serve(held, {
  ping: () => 1,
  wait: () => new Promise(() => {}),
  async *stream() {
    yield 1;
    await forever;
  },
});
announce((await listen(server, "tcp://127.0.0.1:0")).address);
