import { connect, readWit } from "@witwire/node";
import { createClient, isRpcError } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { isWitError } from "@witwire/wit/values";
import type { Counters, Handler, Streams } from "./contract.ts";

const contract = await readWit(new URL("wit", import.meta.url).pathname);
const transport = connect(process.argv[2] ?? "wrpc+tcp://[::1]:7761");

console.log("# a call");
const handler = createClient<Handler>(findInterface(contract, "handler"), transport);
console.log(`hello() -> ${JSON.stringify(await handler.hello())}`);

console.log("# two streams out, the same two back, all four at the same time");
const streams = createClient<Streams>(findInterface(contract, "streams"), transport);
const [numbers, bytes] = await streams.echo({
  numbers: countTo(5n),
  bytes: [new Uint8Array([1, 2, 3]), new Uint8Array([4])],
});
const readNumbers = async (): Promise<string> => (await Array.fromAsync(numbers)).join(" ");
const readBytes = async (): Promise<number> =>
  (await Array.fromAsync(bytes)).reduce((sum, chunk) => sum + chunk.length, 0);
const [echoed, size] = await Promise.all([readNumbers(), readBytes()]);
console.log(`numbers came back as ${echoed}`);
console.log(`${size} bytes came back`);

console.log("# a resource that lives at the server");
const { Counter } = createClient<Counters>(findInterface(contract, "counters"), transport);
const left = await Counter.new(40);
console.log(`left.add(2) -> ${await left.add(2)}`);
try {
  await left.add(1000);
} catch (error) {
  if (!isWitError(error)) throw error;
  console.log(`left.add(1000) -> err ${JSON.stringify(error.payload)}`);
}
const joined = await Counter.join(left, await Counter.new(8));
console.log(`join(left, right).add(0) -> ${await joined.add(0)}`);
try {
  await left.add(1);
} catch (error) {
  if (!isRpcError(error)) throw error;
  console.log(`left.add(1), which was given away -> ${error.code}: ${error.message}`);
}

console.log("# a deadline");
try {
  await handler.hello({ timeout: 0 });
} catch (error) {
  if (!isRpcError(error)) throw error;
  console.log(`hello() within no time at all -> ${error.code}`);
}

await transport.close();

async function* countTo(last: bigint): AsyncGenerator<bigint> {
  for (let number = 1n; number <= last; number++) yield number;
}
