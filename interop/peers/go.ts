import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { WORLD_INSTANCE } from "../contract.ts";
import { goDefects } from "../defects/go.ts";
import { InteropError } from "../interop-error.ts";
import type { Peer } from "./peer.ts";

/** wRPC's runtime for Go. */
export const goPeers: readonly Peer[] = [
  {
    id: "go",
    title: "Go runtime",
    transports: ["tcp", "unix", "nats"],
    rootInstance: WORLD_INSTANCE,
    compat: "go",
    defects: goDefects,
    build,
  },
];

const source = fileURLToPath(new URL("../go", import.meta.url));

/** Outside the checkout, like everything that is built. */
const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "witwire-interop", "go");

async function build(): Promise<string> {
  await mkdir(folder, { recursive: true });
  // A module file of its own, so that what a build adds to it does not show in the checkout.
  const moduleFile = join(folder, "go.mod");
  await copyFile(join(source, "go.mod"), moduleFile);
  const program = join(folder, "peer");
  const go = spawn("go", ["build", `-modfile=${moduleFile}`, "-mod=mod", "-o", program, "."], {
    cwd: source,
    stdio: ["ignore", "inherit", "pipe"],
  });
  let printed = "";
  go.stderr.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  const [code] = (await once(go, "close").catch((cause: unknown) => {
    const wayOut = "install Go 1.25 or newer (https://go.dev/dl)";
    throw new InteropError(`the Go peer needs go, which is not on the path; ${wayOut}`, { cause });
  })) as [number | null];
  if (code !== 0) throw notBuilt(printed.trim());
  return program;
}

function notBuilt(printed: string): InteropError {
  if (!/wrpc\.io\/go/.test(printed)) {
    return new InteropError(`go could not build the peer in ${source}: ${printed}`);
  }
  const said = printed.replaceAll(/\s*\n\s*/g, " ");
  return new InteropError(
    `the module wrpc.io/go could not be had from the module proxy (go says: ${said}); set GOPROXY to one that serves it`,
  );
}
