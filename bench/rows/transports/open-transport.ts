import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { connect } from "@witwire/node";
import { createMemoryTransport, type InvocationTransport } from "@witwire/rpc";
import { connectPort } from "@witwire/web";
import { startNatsServer } from "../../../packages/nats/src/testing/nats-server.ts";
import { startServer } from "../../server-process.ts";
import { type Place, routes } from "./routes.ts";
import { createEchoServer } from "./service.ts";

/** A transport in this process, and whatever it leads to. Disposing ends both. */
export interface OpenTransport extends AsyncDisposable {
  readonly transport: InvocationTransport;
}

/** Starts what a transport leads to, which is a server in a process of its own unless the transport is made for others. */
export async function openTransport(name: string): Promise<OpenTransport> {
  switch (name) {
    case "memory": {
      const server = createEchoServer();
      return opened(createMemoryTransport(server), () => server.close());
    }
    case "worker": {
      const worker = new Worker(join(import.meta.dirname, "worker.ts"));
      return opened(connectPort(worker), () => worker.terminate());
    }
    case "exec":
      return opened(connect(`exec:"${process.execPath}" "${join(import.meta.dirname, "child.ts")}"`));
    default:
      return openRoute(name);
  }
}

async function openRoute(name: string): Promise<OpenTransport> {
  await using started = new AsyncDisposableStack();
  const route = routes[name];
  if (route === undefined) throw new RangeError(`there is no way called "${name}"`);
  const broker = route.broker === undefined ? undefined : started.use(await startNatsServer());
  const server = started.use(await startServer(join(import.meta.dirname, "server.ts"), [name, broker?.host ?? ""]));
  const transport = await route.connect(JSON.parse(server.address) as Place);
  const rest = started.move();
  return opened(transport, () => rest.disposeAsync());
}

function opened(transport: InvocationTransport, end: () => unknown = () => {}): OpenTransport {
  return {
    transport,
    async [Symbol.asyncDispose]() {
      await transport.close();
      await end();
    },
  };
}
