import type { Component } from "@witwire/component";
import { connect, type Listener, listen } from "@witwire/node";
import { createServer, type InvocationTransport, type RpcError, type Server } from "@witwire/rpc";
import { type ComponentHost, type HostOptions, serveComponent } from "../component-host.ts";

/** A component that is served over TCP, with a client's transport to it. Disposing checks that nothing is left. */
export interface ServedComponent extends AsyncDisposable {
  readonly address: string;
  readonly transport: InvocationTransport;
  readonly host: ComponentHost;
  readonly server: Server;
  /** What the server was told of calls that failed. */
  readonly failures: RpcError[];
}

export async function serveOverTcp(component: Component, options: HostOptions = {}): Promise<ServedComponent> {
  const failures: RpcError[] = [];
  const server = createServer({ onFailure: ({ error }) => failures.push(error) });
  const host = serveComponent(component, server, options);
  const listener = await listen(server, "wrpc+tcp://[::1]:0");
  const transport = connect(listener.address);
  return {
    address: listener.address,
    transport,
    host,
    server,
    failures,
    async [Symbol.asyncDispose]() {
      await end(listener, server, transport);
      await host[Symbol.asyncDispose]();
    },
  };
}

/** An implementation in TypeScript, served over TCP. */
export async function serveNatively(
  serve: (server: Server) => void,
): Promise<AsyncDisposable & { readonly address: string; readonly transport: InvocationTransport }> {
  const server = createServer({ onFailure: () => {} });
  serve(server);
  const listener = await listen(server, "wrpc+tcp://[::1]:0");
  const transport = connect(listener.address);
  return {
    address: listener.address,
    transport,
    [Symbol.asyncDispose]: () => end(listener, server, transport),
  };
}

async function end(listener: Listener, server: Server, transport: InvocationTransport): Promise<void> {
  await transport.close({ force: true });
  await listener.close();
  await server.close({ grace: 0 });
}
