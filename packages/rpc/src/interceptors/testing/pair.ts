import { findInterface, type InterfaceRef } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { ClientOptions } from "../../client/create-client.ts";
import { createClient, type DynamicClient } from "../../client/create-client.ts";
import { createSessionTransport } from "../../peer/session-transport.ts";
import { createServer, type Server, type ServerOptions } from "../../server/create-server.ts";
import type { FailedCall } from "../../server/log-failure.ts";
import type { InvocationTransport } from "../../transport/invocation.ts";
import { createMemoryTransport, dialMemory } from "../../transport/memory-transport.ts";

export const contract: InterfaceRef = findInterface(
  parseWit(`
    package test:guarded@1.0.0;
    interface desk {
      resource pass { constructor(); stamp: func() -> u32; }
      who: func() -> string;
      add: func(a: u32, b: u32) -> u32;
      divide: func(a: u32, b: u32) -> result<u32, string>;
      nothing: func();
      wait: func() -> string;
      upload: func(bytes: stream<u8>) -> u32;
      give: func(p: pass) -> u32;
      lend: func(p: borrow<pass>) -> u32;
    }
  `),
  "desk",
);

export const DESK = "test:guarded/desk@1.0.0";

/** What every test's server can do, unless it says otherwise. */
export const desk: object = {
  Pass: class {
    stamp(): number {
      return 1;
    }
  },
  who: () => "nobody",
  add: (a: number, b: number) => a + b,
  divide: (a: number, b: number) => Math.floor(a / b),
  nothing: () => {},
  wait: () => new Promise(() => {}),
  upload: () => 0,
  give: () => 0,
  lend: () => 0,
};

export const protocols: readonly ("plain" | "session")[] = ["plain", "session"];

/** A server and a client of it over memory. */
export class Pair implements AsyncDisposable {
  readonly server: Server;
  readonly transport: InvocationTransport;
  readonly client: DynamicClient;
  readonly failures: FailedCall[] = [];

  constructor(
    protocol: "plain" | "session",
    options: {
      readonly server?: ServerOptions;
      readonly client?: ClientOptions;
      readonly implementation?: object;
    } = {},
  ) {
    this.server = createServer({ onFailure: (failure) => this.failures.push(failure), ...options.server });
    this.server.serve(contract, { ...desk, ...options.implementation });
    this.transport =
      protocol === "plain" ? createMemoryTransport(this.server) : createSessionTransport(() => dialMemory(this.server));
    this.client = createClient(contract, this.transport, options.client);
  }

  call(name: string, ...args: unknown[]): Promise<unknown> {
    const fn = this.client[name];
    if (fn === undefined) throw new TypeError(`no function ${name}`);
    return fn(...args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.transport.close({ force: true });
    await this.server.close({ grace: 0 });
  }
}
