import { listen } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { type CallContext, WitError } from "@witwire/wit/values";
import { type CountersErrors, counters } from "./generated/wrpc-examples/hello/counters.ts";
import { handler } from "./generated/wrpc-examples/hello/handler.ts";
import { streams } from "./generated/wrpc-examples/hello/streams.ts";

const limit = 100;

/** A number that lives here; clients hold a handle to it. */
class Counter {
  #value: number;

  constructor(start: number) {
    this.#value = start;
  }

  add(amount: number, _context: CallContext): number {
    if (this.#value + amount > limit) {
      throw new WitError<CountersErrors["Counter.add"]>({ tag: "limit-reached", val: limit });
    }
    this.#value += amount;
    return this.#value;
  }

  static join(left: Counter, right: Counter): Counter {
    return new Counter(left.#value + right.#value);
  }
}

const server = createServer();
server.serve(handler, { hello: () => "hello from TypeScript" });
server.serve(streams, { echo: ({ numbers, bytes }) => [numbers, bytes] });
server.serve(counters, { Counter });

const listener = await listen(server, process.argv[2] ?? "wrpc+tcp://[::1]:7761");
console.log(`serving handler, streams and counters on ${listener.address}`);

process.once("SIGTERM", async () => {
  await listener.close();
  await server.close();
  console.log(`stopped with ${server.stats().calls} calls and ${server.stats().connections} connections open`);
  process.exitCode = 0;
});
