import { readFile } from "node:fs/promises";
import { compile } from "@witwire/component";
import { hostComponent } from "@witwire/host";
import { listen } from "@witwire/nats";
import { createServer } from "@witwire/rpc";
import { createWasi } from "@witwire/wasi";

const [file = "server.wasm", address = "wrpc+nats://127.0.0.1:4222/component"] = process.argv.slice(2);
const component = await compile(await readFile(file));
const server = createServer();
const host = hostComponent(component, { perInstance: () => createWasi() });
await host.prepare();
host.serve(server);

const listener = await listen(server, address);
console.log(`listening on ${listener.address}`);

process.once("SIGTERM", async () => {
  await server.drain();
  await host[Symbol.asyncDispose]();
});
