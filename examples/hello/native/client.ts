import { connect, readWit } from "@witwire/node";
import { createClient } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";

/** `wrpc-examples:hello/handler` */
interface Handler {
  hello(): string;
}

const contract = await readWit(new URL("../wit", import.meta.url).pathname);
const transport = connect(process.argv[2] ?? "wrpc+tcp://[::1]:7761");
const handler = createClient<Handler>(findInterface(contract, "handler"), transport);
console.log(await handler.hello());
await transport.close();
