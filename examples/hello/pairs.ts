/** Guests, and TypeScript outside of components, call each other over TCP: every client every server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hostComponent, runCommand } from "@witwire/host";
import { connect, listen, readWit } from "@witwire/node";
import { createClient, createServer, type Server } from "@witwire/rpc";
import { createWasi } from "@witwire/wasi";
import { type ContractRef, findInterface } from "@witwire/wit/model";
import type { Guests } from "./guests.ts";

/** `wrpc-examples:hello/handler` */
interface Handler {
  hello(): string;
}

/** A program that answers, and one that asks, in one language. */
interface Pair {
  readonly language: string;
  readonly answer: string;
  /** Serves until it is disposed. */
  serve(server: Server): AsyncDisposable | undefined;
  /** @returns what the program printed */
  call(address: string): Promise<string>;
}

/** Tests each of these with itself, with the others, and with TypeScript outside of components. */
export async function testPairs(guests: readonly Guests[]): Promise<void> {
  const pairs = [nativePair(await handlerContract()), ...guests.map(guestPair)];
  for (const served of pairs) {
    for (const calling of pairs) {
      test(`${calling.language} calls ${served.language}`, async () => {
        const server = createServer();
        await using _served = served.serve(server);
        const listener = await listen(server, "wrpc+tcp://[::1]:0");
        try {
          assert.equal(await calling.call(listener.address), `${served.answer}\n`);
        } finally {
          await listener.close();
          await server.close({ grace: 0 });
        }
      });
    }
  }
}

async function handlerContract(): Promise<ContractRef> {
  return findInterface(await readWit(new URL("wit", import.meta.url).pathname), "handler");
}

function nativePair(contract: ContractRef): Pair {
  const answer = "hello from TypeScript";
  return {
    language: "TypeScript on Node",
    answer,
    serve(server) {
      server.serve(contract, { hello: () => answer });
      return undefined;
    },
    async call(address) {
      const transport = connect(address);
      try {
        return `${await createClient<Handler>(contract, transport).hello()}\n`;
      } finally {
        await transport.close();
      }
    },
  };
}

function guestPair({ language, answer, server: component, client }: Guests): Pair {
  return {
    language: `a component in ${language}`,
    answer,
    serve(server) {
      // Rust brings WASI along, even where it does not use it.
      const host = hostComponent(component, { perInstance: () => createWasi() });
      host.serve(server);
      return host;
    },
    async call(address) {
      const printed: Uint8Array[] = [];
      const wasi = createWasi({ stdout: { write: (bytes: Uint8Array) => void printed.push(bytes) } });
      const transport = connect(address);
      try {
        assert.equal(await runCommand(client, { perInstance: () => wasi, remote: { transport } }), 0);
      } finally {
        await transport.close();
      }
      return Buffer.concat(printed).toString();
    },
  };
}
