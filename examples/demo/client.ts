/** `client.ts <address> [<step>…]`: does some of the steps below; default: all. */
import { connect } from "@witwire/node";
import { createClient, isRpcError } from "@witwire/rpc";
import { isWitError } from "@witwire/wit/values";
import { counters } from "./generated/wrpc-examples/hello/counters.ts";
import { handler } from "./generated/wrpc-examples/hello/handler.ts";
import { streams } from "./generated/wrpc-examples/hello/streams.ts";

const steps = { call: callOnce, deadline: runOutOfTime, streams: echoStreams, resource: addUp, ownership: giveAway };

const [address = "wrpc+tcp://[::1]:7761", ...chosen] = process.argv.slice(2);
const transport = connect(address);
const { hello } = createClient(handler, transport);
const { echo } = createClient(streams, transport);
const { Counter } = createClient(counters, transport);
for (const [name, step] of Object.entries(steps)) {
  if (chosen.length === 0 || chosen.includes(name)) await step();
}
await transport.close();

async function callOnce(): Promise<void> {
  console.log("# a call");
  console.log(`hello() -> ${JSON.stringify(await hello())}`);
}

async function runOutOfTime(): Promise<void> {
  console.log("# a deadline");
  try {
    await hello({ timeout: 0 });
  } catch (error) {
    if (!isRpcError(error)) throw error;
    console.log(`hello() within no time at all -> ${error.code}`);
  }
}

async function echoStreams(): Promise<void> {
  console.log("# two streams out, the same two back, all four at the same time");
  const [numbers, bytes] = await echo({
    numbers: countTo(5n),
    bytes: [new Uint8Array([1, 2, 3]), new Uint8Array([4])],
  });
  const readNumbers = async (): Promise<string> => (await Array.fromAsync(numbers)).join(" ");
  const readBytes = async (): Promise<number> =>
    (await Array.fromAsync(bytes)).reduce((sum, chunk) => sum + chunk.length, 0);
  const [echoed, size] = await Promise.all([readNumbers(), readBytes()]);
  console.log(`numbers came back as ${echoed}`);
  console.log(`${size} bytes came back`);
}

async function* countTo(last: bigint): AsyncGenerator<bigint> {
  for (let number = 1n; number <= last; number++) yield number;
}

async function addUp(): Promise<void> {
  console.log("# a resource that lives at the server");
  using counter = await Counter.new(40);
  console.log(`counter.add(2) -> ${await counter.add(2)}`);
  try {
    await counter.add(1000);
  } catch (error) {
    if (!isWitError(error)) throw error;
    console.log(`counter.add(1000) -> err ${JSON.stringify(error.payload)}`);
  }
}

async function giveAway(): Promise<void> {
  console.log("# resources given to the server");
  const [left, right] = [await Counter.new(40), await Counter.new(8)];
  using joined = await Counter.join(left, right);
  console.log(`join(left, right).add(0) -> ${await joined.add(0)}`);
  try {
    await left.add(1);
  } catch (error) {
    if (!isRpcError(error)) throw error;
    console.log(`left.add(1), which was given away -> ${error.code}: ${error.message}`);
  }
}
