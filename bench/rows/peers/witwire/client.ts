import { connect as dial } from "@witwire/node";
import { createClient } from "@witwire/rpc";
import type { PeerClient } from "../peer-client.ts";
import { directory } from "./generated/bench/peers/directory.ts";

export async function connect(address: string): Promise<PeerClient> {
  const transport = dial(address);
  const client = createClient(directory, transport);
  return {
    echo: (person) => client.echo(person),
    async people(count, each) {
      for await (const person of await client.people(count)) each(person);
    },
    async bytes(chunks, each) {
      for await (const chunk of (await client.bytes(chunks)).chunks({ borrow: true })) each(chunk);
    },
    close: () => transport.close(),
  };
}
