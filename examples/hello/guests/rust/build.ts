import { spawn } from "node:child_process";
import { once } from "node:events";
import { homedir } from "node:os";
import { join } from "node:path";

/** Rust makes components of WASI 0.2 for this target, without further tools. */
const target = "wasm32-wasip2";
const wayOut = `install Rust 1.85 or newer with rustup (https://rustup.rs), then: rustup target add ${target}`;

/**
 * Builds the components of a crate. What cargo builds is kept in the user's cache folder.
 *
 * @returns the folder where they are
 * @throws Error that says what to install
 */
export async function buildRust(manifest: string): Promise<string> {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "witwire-guests", "cargo-target");
  const args = ["build", "--release", "--locked", "--quiet", "--target", target, "--manifest-path", manifest];
  const cargo = spawn("cargo", args, {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, CARGO_TARGET_DIR: folder },
  });
  const [code] = (await once(cargo, "close").catch((cause: unknown) => {
    throw new Error(`guests in Rust need cargo, which is not on the path; ${wayOut}`, { cause });
  })) as [number | null];
  if (code === 0) return join(folder, target, "release");
  throw new Error(
    `cargo could not build ${manifest}; what it printed stands above. Where the target is missing: ${wayOut}`,
  );
}
