/** Guests in Rust. Run by `npm run test:rust-guests`, apart from the other tests, because it needs cargo. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "@witwire/component";
import { type Guests, guestFile, typeScriptGuests } from "../../guests.ts";
import { testPairs } from "../../pairs.ts";
import { buildRust } from "./build.ts";

await testPairs([await rustGuests(), await typeScriptGuests()]);

async function rustGuests(): Promise<Guests> {
  const folder = await buildRust(guestFile("rust/Cargo.toml"));
  const [server, client] = await Promise.all(
    ["hello", "client"].map(async (name) => compile(await readFile(join(folder, `${name}.wasm`)))),
  );
  return { language: "Rust", answer: "hello from Rust", server, client } as Guests;
}
