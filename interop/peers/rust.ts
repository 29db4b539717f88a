import { spawn } from "node:child_process";
import { once } from "node:events";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WORLD_INSTANCE } from "../contract.ts";
import { flagsWidth, headOfLine, pendingPaths, signedIntegers, unknownPaths } from "../defects/rust.ts";
import { InteropError } from "../interop-error.ts";
import type { Peer } from "./peer.ts";

/** wRPC's crates of its release 0.17.0, with the two versions of what decodes their integers, and those of 0.18.0. */
export const rustPeers: readonly Peer[] = [
  {
    id: "rust-leb128-0.1.6",
    title: "Rust 0.17.0, leb128-tokio 0.1.6",
    transports: ["tcp", "unix", "nats", "quic"],
    rootInstance: WORLD_INSTANCE,
    defects: [signedIntegers, flagsWidth, unknownPaths, headOfLine],
    build: () => build("leb128-0.1.6"),
  },
  {
    id: "rust-leb128-0.1.7",
    title: "Rust 0.17.0, leb128-tokio 0.1.7",
    transports: ["tcp", "unix", "nats", "quic"],
    rootInstance: WORLD_INSTANCE,
    defects: [flagsWidth, unknownPaths, headOfLine],
    build: () => build("leb128-0.1.7"),
  },
  {
    id: "rust-wrpc-0.18",
    title: "Rust 0.18.0",
    transports: ["tcp", "unix", "ws", "wss", "http", "https", "h2c", "h2", "quic"],
    rootInstance: "",
    defects: [pendingPaths, headOfLine],
    build: () => build("wrpc-0.18"),
  },
];

/** Outside the checkout, so that it outlives it, and shared by all versions. */
const targetFolder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "witwire-interop", "cargo-target");

/**
 * Where the program is once it was built.
 *
 * @param version the folder in `interop/rust` that has its manifest
 */
export function rustProgram(version: string): string {
  return join(targetFolder, "release", `peer-${version.replaceAll(".", "-")}`);
}

async function build(version: string): Promise<string> {
  const manifest = fileURLToPath(new URL(`../rust/${version}/Cargo.toml`, import.meta.url));
  const cargo = spawn("cargo", ["build", "--release", "--locked", "--quiet", "--manifest-path", manifest], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, CARGO_TARGET_DIR: targetFolder },
  });
  const [code] = (await once(cargo, "close").catch((cause: unknown) => {
    const wayOut = "install Rust 1.88 or newer (https://rustup.rs)";
    throw new InteropError(`the Rust peers need cargo, which is not on the path; ${wayOut}`, { cause });
  })) as [number | null];
  if (code !== 0) throw new InteropError(`cargo could not build ${manifest}; what it printed stands above`);
  return rustProgram(version);
}
