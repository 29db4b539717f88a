import { NodeRuntime, NodeSocketServer } from "@effect/platform-node";
import { Effect, Layer, Stream } from "effect";
import { RpcSerialization, RpcServer } from "effect/rpc";
import { SocketServer } from "effect/socket";
import { announce } from "../../../server-process.ts";
import { chunks, people } from "../streamed.ts";
import { Directory } from "./contract.ts";

const handlers = Directory.toLayer({
  echo: (person) => Effect.succeed(person),
  people: ({ count }) => Stream.fromIterable(people(count)),
  // A frame may have 16 MiB, and a chunk of the stream travels as one.
  bytes: ({ chunks: count }) => Stream.fromIterable(chunks(count), { chunkSize: 16 }),
});

const announced = Layer.effectDiscard(
  Effect.gen(function* () {
    const { address } = yield* SocketServer.SocketServer;
    if ("port" in address) announce(String(address.port));
  }),
);

RpcServer.layer(Directory).pipe(
  Layer.provide(handlers),
  Layer.provide(RpcServer.layerProtocolSocketServer),
  Layer.merge(announced),
  Layer.provide(RpcSerialization.layerSchemaBinary()),
  Layer.provide(NodeSocketServer.layer({ host: "127.0.0.1", port: 0 })),
  Layer.launch,
  NodeRuntime.runMain,
);
