import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Contestant, Measurement, Row } from "../../harness/row.ts";
import { program } from "./program.ts";

type Side = "ours" | "rust";

const contestant = (client: Side, server: Side, inFlight: number): Contestant => ({
  args: [join(import.meta.dirname, "contestant.ts"), client, server, String(inFlight)],
});

const measurement = (name: string, title: string, inFlight: number): Measurement => ({
  name: `rust-call/${name}`,
  title: `greet("test") over TCP with a connection per call, against wRPC's Rust crates, ${title}`,
  unit: "calls/s",
  better: "more",
  ours: contestant("ours", "ours", inFlight),
  baselines: {
    rust: contestant("rust", "rust", inFlight),
    "rust server": contestant("ours", "rust", inFlight),
    "rust client": contestant("rust", "ours", inFlight),
  },
  // For comparison only: nothing has to be reached.
  targets: [{ baseline: "rust", ratio: 0 }],
});

/** Ours against Rust, and each with the other. Measured where the peer was built, which takes a Rust toolchain. */
export const row: Row = {
  measurements: existsSync(program)
    ? [measurement("sequential", "one after the other", 1), measurement("64-in-flight", "64 in flight", 64)]
    : [],
};
