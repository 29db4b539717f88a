import { once } from "node:events";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import { WebSocket } from "ws";
import type { PeerClient } from "../peer-client.ts";
import type { Client } from "./server.ts";

export async function connect(address: string): Promise<PeerClient> {
  const websocket = new WebSocket(address, { perMessageDeflate: false });
  await once(websocket, "open");
  const link = new RPCLink({ websocket: websocket as unknown as globalThis.WebSocket });
  const client: Client = createORPCClient(link);
  return {
    echo: (person) => client.echo(person),
    async people(count, each) {
      for await (const person of await client.people(count)) each(person);
    },
    close: () => websocket.close(),
  };
}
