import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildQuickJs, buildWasiQuickJs } from "../../packages/component/src/testing/guest-builder.ts";
import { guestFile, helloWit } from "./guests.ts";
import type { Components } from "./walk-through.ts";

/** The guests in TypeScript as files. Disposing removes them. */
export async function buildComponents(): Promise<Components & AsyncDisposable> {
  const wit = await helloWit();
  const source = (name: string): Promise<string> => readFile(guestFile(`typescript/${name}.ts`), "utf8");
  const folder = await mkdtemp(join(tmpdir(), "witwire-hello-"));
  const [server, client] = [join(folder, "server.wasm"), join(folder, "client.wasm")];
  await writeFile(server, await buildQuickJs(wit, "server", await source("server")));
  await writeFile(client, await buildWasiQuickJs(wit, "client", await source("client")));
  return { server, client, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}
