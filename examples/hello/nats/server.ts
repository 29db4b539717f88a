import { listen } from "@witwire/nats";
import { readWit } from "@witwire/node";
import { createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";

const contract = await readWit(new URL("../wit", import.meta.url).pathname);
const server = createServer();
let answered = false;
server.serve(findInterface(contract, "handler"), {
  hello: () => {
    if (!answered) console.log("answers");
    answered = true;
    return "hello from TypeScript";
  },
});

const listener = await listen(server, process.argv[2] ?? "wrpc+nats://127.0.0.1:4222/native?group=hello");
console.log(`listening on ${listener.address}`);

// Leaves the group, and answers what has come.
process.once("SIGTERM", () => server.drain());
