/** `ours.ts <case>`: a component that uses WASI. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "@witwire/component";
import { createWasi } from "@witwire/wasi";
import { buildWorld } from "../../../packages/component/src/testing/guest-builder.ts";
import { type CaseName, type Cases, report } from "./cases.ts";

const [wit, wat] = await Promise.all(
  ["guest.wit", "guest.wat"].map((file) => readFile(join(import.meta.dirname, file), "utf8")),
);
const component = await compile(await buildWorld(wit as string, "guest", wat as string));

await report(process.argv[2] as CaseName, async (folder) => {
  const wasi = createWasi({ preopens: { "/": folder } });
  const { exports } = await component.instantiate<Cases & object>(wasi.imports);
  return exports;
});
process.exit();
