/**
 * Walks through hello and prints what happens. With `--peer rust`, a program on wRPC's own crates takes the part of our
 * programs, and with `--peer go` one on its runtime for Go; they need cargo and go. `--check` compares what was printed
 * with what is kept in docs, and `--write` replaces that.
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { goPeers } from "../../interop/peers/go.ts";
import { rustPeers } from "../../interop/peers/rust.ts";
import { buildComponents } from "./built-components.ts";
import type { PeerProgram } from "./peer-program.ts";
import { walkThrough } from "./walk-through.ts";

/** The newest peer of each language. */
const peers = new Map([
  ["rust", { language: "Rust", newest: rustPeers.at(-1) }],
  ["go", { language: "Go", newest: goPeers.at(-1) }],
]);

const { values: options } = parseArgs({
  options: { peer: { type: "string" }, check: { type: "boolean" }, write: { type: "boolean" } },
});
const golden = new URL(`../../docs/hello${options.peer === undefined ? "" : `-${options.peer}`}.txt`, import.meta.url);

try {
  const lines: string[] = [];
  const peer = options.peer === undefined ? undefined : await findPeer(options.peer);
  await using components = await buildComponents();
  await walkThrough(components, peer, (line) => {
    console.log(line);
    lines.push(line);
  });
  const transcript = `${withOnePort(lines.join("\n"))}\n`;
  if (options.write === true) await writeFile(golden, transcript);
  else if (options.check === true) compare(transcript.split("\n"), (await readFile(golden, "utf8")).split("\n"));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

async function findPeer(name: string): Promise<PeerProgram> {
  const found = peers.get(name);
  if (found?.newest === undefined) {
    throw new Error(`there is no peer "${name}"; there is ${[...peers.keys()].join(", ")}`);
  }
  return { name: found.language, program: await found.newest.build() };
}

/** The system picks the ports; one server runs at a time, so all of them are shown as wRPC's own. */
function withOnePort(text: string): string {
  return text.replace(/(?<=\[::1\]:)[1-9]\d*/g, "7761");
}

function compare(printed: readonly string[], expected: readonly string[]): void {
  const line = printed.findIndex((text, index) => text !== expected[index]);
  if (line < 0 && printed.length === expected.length) return;
  const at = line < 0 ? printed.length : line;
  const wanted = expected[at] ?? "nothing";
  throw new Error(`line ${at + 1} should be "${wanted}"; if it is right as it is, run this with --write`);
}
