/**
 * Walks through hello over NATS and prints what happens: programs at one prefix, a group of two, and a component at another,
 * in all pairs. Needs nats-server. With `--peer rust`, a program on wRPC's own crates takes the part of our programs, and with
 * `--peer go` one on its runtime for Go; they need cargo and go. `--check` compares what was printed with what is kept in docs, and `--write` replaces that.
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { goPeers } from "../../../interop/peers/go.ts";
import type { Peer } from "../../../interop/peers/peer.ts";
import { rustPeers } from "../../../interop/peers/rust.ts";
import { startNatsServer } from "../../../packages/nats/src/testing/nats-server.ts";
import { buildComponents } from "../built-components.ts";
import type { PeerProgram } from "../peer-program.ts";
import { walkThroughNats } from "./walk-through.ts";

/** The newest peer of each language that has NATS. */
const peers = new Map([
  ["rust", { language: "Rust", newest: newestOf(rustPeers) }],
  ["go", { language: "Go", newest: newestOf(goPeers) }],
]);

const { values: options } = parseArgs({
  options: { peer: { type: "string" }, check: { type: "boolean" }, write: { type: "boolean" } },
});
const suffix = options.peer === undefined ? "" : `-${options.peer}`;
const golden = new URL(`../../../docs/hello-nats${suffix}.txt`, import.meta.url);

try {
  const peer = options.peer === undefined ? undefined : await findPeer(options.peer);
  await using nats = await startNatsServer();
  await using components = await buildComponents();
  const lines: string[] = [];
  await walkThroughNats({ host: nats.host, components, peer }, (line) => {
    const shown = line.replaceAll(nats.host, "127.0.0.1:4222");
    console.log(shown);
    lines.push(shown);
  });
  const transcript = `${lines.join("\n")}\n`;
  if (options.write === true) await writeFile(golden, transcript);
  else if (options.check === true && transcript !== (await readFile(golden, "utf8"))) {
    throw new Error(`this is not what ${golden.pathname} has; if it is right as it is, run this with --write`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function newestOf(all: readonly Peer[]): Peer | undefined {
  return all.findLast(({ transports }) => transports.includes("nats"));
}

async function findPeer(name: string): Promise<PeerProgram> {
  const found = peers.get(name);
  if (found?.newest === undefined) {
    throw new Error(`there is no peer "${name}"; there is ${[...peers.keys()].join(", ")}`);
  }
  return { name: found.language, program: await found.newest.build() };
}
