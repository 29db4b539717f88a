import type { Client, ClientReadableStream, ServiceDefinition, ServiceError } from "@grpc/grpc-js";
import type { Person } from "../../session-call/person.ts";

/** What `directory.proto` comes to in JavaScript. */
export interface DirectoryPackage {
  readonly bench: { readonly peers: { readonly v1: { readonly Directory: DirectoryClass } } };
}

type DirectoryClass = { readonly service: ServiceDefinition } & (new (
  ...args: ConstructorParameters<typeof Client>
) => Directory);

export interface Directory extends Client {
  echo(person: Person, callback: (error: ServiceError | null, echoed?: Person) => void): void;
  people(request: { count: number }): ClientReadableStream<Person>;
  bytes(request: { chunks: number }): ClientReadableStream<{ data: Uint8Array }>;
}
