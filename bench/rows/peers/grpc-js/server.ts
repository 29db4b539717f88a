import { join } from "node:path";
import { Readable } from "node:stream";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { announce } from "../../../server-process.ts";
import type { Person } from "../../session-call/person.ts";
import { chunks, people } from "../streamed.ts";
import type { DirectoryPackage } from "./directory.ts";

const definition = loadSync(join(import.meta.dirname, "../directory.proto"));
const { bench } = grpc.loadPackageDefinition(definition) as unknown as DirectoryPackage;

const server = new grpc.Server();
server.addService(bench.peers.v1.Directory.service, {
  echo(call: grpc.ServerUnaryCall<Person, Person>, callback: grpc.sendUnaryData<Person>) {
    callback(null, call.request);
  },
  people(call: grpc.ServerWritableStream<{ count: number }, Person>) {
    Readable.from(people(call.request.count)).pipe(call as unknown as NodeJS.WritableStream);
  },
  bytes(call: grpc.ServerWritableStream<{ chunks: number }, { data: Uint8Array }>) {
    const responses = chunks(call.request.chunks).map((data) => ({ data }));
    Readable.from(responses).pipe(call as unknown as NodeJS.WritableStream);
  },
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  announce(`127.0.0.1:${port}`);
});
