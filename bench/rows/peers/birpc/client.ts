import { once } from "node:events";
import { createBirpc } from "birpc";
import { WebSocket } from "ws";
import type { PeerClient } from "../peer-client.ts";
import type { Functions } from "./server.ts";

export async function connect(address: string): Promise<PeerClient> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await once(socket, "open");
  const rpc = createBirpc<Functions, object>(
    {},
    {
      post: (message) => socket.send(message),
      on: (receive) => void socket.on("message", receive),
      serialize: JSON.stringify,
      deserialize: (message) => JSON.parse(String(message)),
    },
  );
  return { echo: (person) => rpc.echo(person), close: () => socket.close() };
}
