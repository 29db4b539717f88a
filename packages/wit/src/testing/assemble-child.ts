/**
 * A process that assembles components from their text format with wasm-tools, which jco brings along as a WebAssembly
 * component that may panic. Reads a JSON list of texts; writes a list of base64, or `null` where a text is refused.
 */
import { text } from "node:stream/consumers";
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";

const found: (string | null)[] = [];
for (const source of JSON.parse(await text(process.stdin)) as string[]) {
  try {
    found.push(Buffer.from(await parse(source)).toString("base64"));
  } catch (error) {
    console.error(error);
    found.push(null);
  }
}
process.stdout.write(JSON.stringify(found));
