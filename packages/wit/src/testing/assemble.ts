import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Assembles components from their text format. It does not check whether they are valid. */
export function assemble(texts: readonly string[]): Uint8Array[] {
  const script = fileURLToPath(new URL("./assemble-child.ts", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, [script], { input: JSON.stringify(texts), encoding: "utf8" });
  if (stdout === "") throw new Error(stderr);
  return (JSON.parse(stdout) as (string | null)[]).map((bytes, index) => {
    if (bytes === null) throw new Error(`cannot assemble ${texts[index]}\n${stderr}`);
    return new Uint8Array(Buffer.from(bytes, "base64"));
  });
}
