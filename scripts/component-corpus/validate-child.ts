/** Says what wasm-tools has against a component: `validate-child.ts <file>`. Prints nothing where it takes it. */
import { readFile } from "node:fs/promises";
import { componentWit } from "@bytecodealliance/jco-transpile/wasm-tools";

try {
  await componentWit(new Uint8Array(await readFile(process.argv[2] as string)));
} catch (error) {
  // What wasm-tools says comes as a payload; anything else is a failure of its own.
  if (typeof error !== "object" || error === null || !("payload" in error)) throw error;
  process.stdout.write(String(error.payload).split("\n").slice(0, 2).join(": "));
}
