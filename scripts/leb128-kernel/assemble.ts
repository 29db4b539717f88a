import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { readLeb128 } from "../../packages/component/src/core/leb128.ts";

/** Where the text is, where its bytes go, and how. Paths from the root of the repository. */
export const kernelModule = {
  source: "packages/codec/src/component-model/leb128-kernel.wat",
  binary: "packages/codec/src/component-model/leb128-kernel-binary.ts",
  print: (bytes: Uint8Array): string =>
    [
      "/** leb128-kernel.wat, assembled by scripts/leb128-kernel.ts. In Base64. */",
      "export const leb128KernelBinary =",
      `  "${Buffer.from(bytes).toString("base64")}";`,
      "",
    ].join("\n"),
};

/** WebAssembly's text as its bytes, without the names in it. */
export async function assembleKernel(text: string): Promise<Uint8Array> {
  return withoutCustomSections(new Uint8Array(await parse(text)));
}

function withoutCustomSections(bytes: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  for (let at = 8; at < bytes.length; ) {
    const { value: size, end: body } = readLeb128(bytes, at + 1);
    if (bytes[at] !== 0) kept.push(bytes.subarray(at, body + size));
    at = body + size;
  }
  return Buffer.concat(kept);
}
