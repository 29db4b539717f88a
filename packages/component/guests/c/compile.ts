import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const flags = [
  "--target=wasm32-unknown-unknown",
  "-std=c11",
  "-O2",
  "-ffreestanding",
  "-nostdlib",
  "-Wall",
  "-Wextra",
  "-Wno-unused-parameter",
  "-Werror",
  "-Wl,--no-entry",
];

/**
 * Compiles one C file to a core module, with clang and its wasm linker.
 *
 * @throws Error that names the packages to install where they are missing, or says what the compiler says
 */
export async function compileC(source: string): Promise<Uint8Array> {
  for (const tool of ["clang", "wasm-ld"]) await needs(tool);
  const folder = await mkdtemp(join(tmpdir(), "witwire-c-"));
  try {
    const output = join(folder, "guest.wasm");
    await run("clang", [...flags, "-o", output, source]);
    return await readFile(output);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function needs(tool: string): Promise<void> {
  try {
    await run(tool, ["--version"]);
  } catch {
    throw new Error(`C guests need ${tool}, which does not run here; on Debian and Ubuntu: apt-get install clang lld`);
  }
}
