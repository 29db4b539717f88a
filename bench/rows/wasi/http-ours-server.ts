/** A component that answers each request with its own body; its instances are used again. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "@witwire/component";
import { hostComponent } from "@witwire/host";
import { createWasi, incomingHandler, serveHttp, type Wasi } from "@witwire/wasi";
import { buildWorld } from "../../../packages/component/src/testing/guest-builder.ts";
import { announce } from "../../server-process.ts";

const [wit, wat] = await Promise.all(
  ["http-echo.wit", "http-echo.wat"].map((file) => readFile(join(import.meta.dirname, file), "utf8")),
);
const component = await compile(await buildWorld(wit as string, "guest", wat as string));
const host = hostComponent(component, { perInstance: () => createWasi(), reuse: Number.POSITIVE_INFINITY });
const server = await serveHttp(async () => {
  const lease = await host.lease();
  const { scope } = lease.own as Wasi;
  return { handle: incomingHandler(lease.instance.exports), scope, release: (failed) => lease.release(failed) };
});
announce(String(server.port));
