import { newWebSocketRpcSession } from "capnweb";
import { WebSocket } from "ws";
import type { PeerClient } from "../peer-client.ts";
import type { Directory } from "./directory.ts";

export async function connect(address: string): Promise<PeerClient> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  const api = newWebSocketRpcSession<Directory>(socket as unknown as globalThis.WebSocket);
  return {
    async echo(person) {
      using echoed = await api.echo(person);
      return echoed;
    },
    async people(count, each) {
      for await (const person of await api.people(count)) each(person);
    },
    async bytes(chunks, each) {
      for await (const chunk of await api.bytes(chunks)) each(chunk);
    },
    close: () => api[Symbol.dispose](),
  };
}
