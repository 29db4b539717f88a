import { createClient } from "@connectrpc/connect";
import { createConnectTransport, Http2SessionManager } from "@connectrpc/connect-node";
import type { PeerClient } from "../peer-client.ts";
import { Directory } from "./directory_pb.ts";

export async function connect(address: string): Promise<PeerClient> {
  const sessionManager = new Http2SessionManager(address);
  const transport = createConnectTransport({
    baseUrl: address,
    httpVersion: "2",
    useBinaryFormat: true,
    sessionManager,
  });
  const client = createClient(Directory, transport);
  return {
    echo: (person) => client.echo({ ...person, tags: [...person.tags] }),
    async people(count, each) {
      for await (const person of client.people({ count })) each(person);
    },
    async bytes(chunks, each) {
      for await (const { data } of client.bytes({ chunks })) each(data);
    },
    close: () => sessionManager.abort(),
  };
}
