// Runs in a project that has nothing but the published packages: a server and a client over a Unix socket.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, listen, readWit } from "@witwire/node";
import { createClient, createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";

const folder = await mkdtemp(join(tmpdir(), "witwire-smoke-"));
try {
  const wit = "package smoke:test@0.1.0;\ninterface greeter { greet: func(name: string) -> string; }\n";
  await writeFile(join(folder, "greeter.wit"), wit);
  const greeter = findInterface(await readWit(folder), "greeter");
  const server = createServer();
  server.serve(greeter, { greet: (name) => `Hello, ${name}` });
  const listener = await listen(server, `wrpc+unix://${join(folder, "socket")}`);
  const transport = connect(listener.address);
  console.log(await createClient(greeter, transport).greet("consumer"));
  await transport.close();
  await listener.close();
  await server.close();
} finally {
  await rm(folder, { recursive: true });
}
