import { createTRPCClient, createWSClient, wsLink } from "@trpc/client";
import { WebSocket } from "ws";
import type { PeerClient } from "../peer-client.ts";
import type { Router } from "./server.ts";

export async function connect(address: string): Promise<PeerClient> {
  const socket = createWSClient({ url: address, WebSocket: WebSocket as unknown as typeof globalThis.WebSocket });
  const client = createTRPCClient<Router>({ links: [wsLink({ client: socket })] });
  return {
    echo: (person) => client.echo.query(person),
    people: (count, onData) =>
      new Promise((resolve, reject) => {
        client.people.subscribe(count, { onData, onComplete: resolve, onError: reject });
      }),
    close: () => socket.close(),
  };
}
