import { connect } from "@witwire/nats";
import { readWit } from "@witwire/node";
import { createClient } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";

/** `wrpc-examples:hello/handler` */
interface Handler {
  hello(): string;
}

const [address = "wrpc+nats://127.0.0.1:4222/native", calls = "1"] = process.argv.slice(2);
const contract = await readWit(new URL("../wit", import.meta.url).pathname);
const transport = connect(address);
const handler = createClient<Handler>(findInterface(contract, "handler"), transport);
const answers = await Promise.all(Array.from({ length: Number(calls) }, () => handler.hello()));
for (const answer of new Set(answers)) console.log(answer);
await transport.close();
