import { NodeSocket } from "@effect/platform-node";
import { Context, Effect, Layer, ManagedRuntime, Stream } from "effect";
import { RpcClient, type RpcClientError, type RpcGroup, RpcSerialization } from "effect/rpc";
import type { Person } from "../../session-call/person.ts";
import type { PeerClient } from "../peer-client.ts";
import { Directory } from "./contract.ts";

class DirectoryClient extends Context.Service<
  DirectoryClient,
  RpcClient.RpcClient<RpcGroup.Rpcs<typeof Directory>, RpcClientError.RpcClientError>
>()("bench/DirectoryClient") {
  static layer(port: number) {
    return Layer.effect(DirectoryClient, RpcClient.make(Directory)).pipe(
      Layer.provide(RpcClient.layerProtocolSocket()),
      Layer.provide(NodeSocket.layerNet({ host: "127.0.0.1", port })),
      Layer.provide(RpcSerialization.layerSchemaBinary()),
    );
  }
}

export async function connect(address: string): Promise<PeerClient> {
  const runtime = ManagedRuntime.make(DirectoryClient.layer(Number(address)));
  const client = await runtime.runPromise(DirectoryClient);
  return {
    // What Effect decodes is read-only, in its types.
    echo: (person) => Effect.runPromise(client.echo(person)) as Promise<Person>,
    people: (count, each) =>
      Effect.runPromise(
        Stream.runForEach(client.people({ count }), (person) => Effect.sync(() => each(person as Person))),
      ),
    bytes: (chunks, each) =>
      Effect.runPromise(Stream.runForEach(client.bytes({ chunks }), (chunk) => Effect.sync(() => each(chunk)))),
    close: () => runtime.dispose(),
  };
}
