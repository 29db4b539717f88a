import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { PeerClient } from "../peer-client.ts";
import type { DirectoryPackage } from "./directory.ts";

const definition = loadSync(join(import.meta.dirname, "../directory.proto"));
const { bench } = grpc.loadPackageDefinition(definition) as unknown as DirectoryPackage;

export async function connect(address: string): Promise<PeerClient> {
  const client = new bench.peers.v1.Directory(address, grpc.credentials.createInsecure());
  return {
    echo: (person) =>
      new Promise((resolve, reject) => {
        client.echo(person, (error, echoed) => (echoed === undefined ? reject(error) : resolve(echoed)));
      }),
    people: (count, each) =>
      new Promise((resolve, reject) => {
        client.people({ count }).on("data", each).on("end", resolve).on("error", reject);
      }),
    bytes: (chunks, each) =>
      new Promise((resolve, reject) => {
        const call = client.bytes({ chunks });
        call.on("data", ({ data }) => each(data)).on("end", resolve);
        call.on("error", reject);
      }),
    close: () => client.close(),
  };
}
