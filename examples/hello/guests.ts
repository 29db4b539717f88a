import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Component, compile } from "@witwire/component";
import { buildQuickJs, buildWasiQuickJs, buildWorld } from "../../packages/component/src/testing/guest-builder.ts";

/** Two components written in one language. */
export interface Guests {
  readonly language: string;
  /** What the server answers. */
  readonly answer: string;
  /** Answers `hello`. */
  readonly server: Component;
  /** A command that calls `hello` and prints the answer. */
  readonly client: Component;
}

/** The file of a guest. */
export function guestFile(name: string): string {
  return fileURLToPath(new URL(`guests/${name}`, import.meta.url));
}

/** The worlds of all guests. */
export function helloWit(): Promise<string> {
  return readFile(new URL("wit/hello.wit", import.meta.url), "utf8");
}

/** TypeScript that QuickJS runs. */
export async function typeScriptGuests(): Promise<Guests> {
  const [wit, server, client] = await sources("typescript/server.ts", "typescript/client.ts");
  return {
    language: "TypeScript",
    answer: "hello from a component in TypeScript",
    server: await compile(await buildQuickJs(wit, "server", server)),
    client: await compile(await buildWasiQuickJs(wit, "client", client)),
  };
}

/** WebAssembly text. */
export async function watGuests(): Promise<Guests> {
  const [wit, server, client] = await sources("wat/server.wat", "wat/client.wat");
  return {
    language: "WAT",
    answer: "hello from WebAssembly text",
    server: await compile(await buildWorld(wit, "server", server)),
    client: await compile(await buildWorld(wit, "client", client)),
  };
}

function sources(server: string, client: string): Promise<[wit: string, server: string, client: string]> {
  return Promise.all([helloWit(), readFile(guestFile(server), "utf8"), readFile(guestFile(client), "utf8")]);
}
