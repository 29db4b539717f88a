import { listen, readWit } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";

const contract = await readWit(new URL("../wit", import.meta.url).pathname);
const server = createServer();
server.serve(findInterface(contract, "handler"), { hello: () => "hello from TypeScript" });

const listener = await listen(server, process.argv[2] ?? "wrpc+tcp://[::1]:7761");
console.log(`listening on ${listener.address}`);

process.once("SIGTERM", async () => {
  await listener.close();
  await server.close();
});
