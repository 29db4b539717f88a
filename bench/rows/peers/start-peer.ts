import { join } from "node:path";
import { type ServerProcess, startServer } from "../../server-process.ts";
import type { ConnectPeer, PeerClient } from "./peer-client.ts";

/** A peer's client in this process and its server in another. Disposing ends both. */
export interface RunningPeer extends AsyncDisposable {
  readonly client: PeerClient;
  readonly server: ServerProcess;
}

/** @param name the folder of the peer */
export async function startPeer(name: string): Promise<RunningPeer> {
  const folder = join(import.meta.dirname, name);
  const { connect } = (await import(join(folder, "client.ts"))) as { connect: ConnectPeer };
  const server = await startServer(join(folder, "server.ts"));
  const client = await connect(server.address);
  return {
    client,
    server,
    async [Symbol.asyncDispose]() {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
