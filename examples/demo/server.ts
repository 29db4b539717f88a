import { listen, readWit } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { type CallContext, type Stream, WitError } from "@witwire/wit/values";

const limit = 100;

/** A number that lives here; clients hold a handle to it. */
class Counter {
  #value: number;

  constructor(start: number) {
    this.#value = start;
  }

  add(amount: number, _context: CallContext): number {
    if (this.#value + amount > limit) throw new WitError({ tag: "limit-reached", val: limit });
    this.#value += amount;
    return this.#value;
  }

  static join(left: Counter, right: Counter): Counter {
    return new Counter(left.#value + right.#value);
  }
}

const contract = await readWit(new URL("wit", import.meta.url).pathname);
const server = createServer();
server.serve(findInterface(contract, "handler"), { hello: () => "hello from TypeScript" });
server.serve(findInterface(contract, "streams"), {
  echo: (request: { numbers: Stream<bigint>; bytes: Stream<Uint8Array> }) => [request.numbers, request.bytes],
});
server.serve(findInterface(contract, "counters"), { Counter });

const listener = await listen(server, process.argv[2] ?? "wrpc+tcp://[::1]:7761");
console.log(`serving handler, streams and counters on ${listener.address}`);

process.once("SIGTERM", async () => {
  await listener.close();
  await server.close();
  console.log(`stopped with ${server.stats().calls} calls and ${server.stats().connections} connections open`);
  process.exitCode = 0;
});
