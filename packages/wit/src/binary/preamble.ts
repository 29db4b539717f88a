import { type ByteReader, hex } from "./byte-reader.ts";
import { type ComponentDecodeError, malformed, unsupported } from "./decode-error.ts";

const magic = [0x00, 0x61, 0x73, 0x6d];

/** Whether these bytes begin like WebAssembly, be it a core module or a component. */
export function isWasm(bytes: Uint8Array): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}

/** Reads the first eight bytes of a component. */
export function readPreamble(reader: ByteReader): void {
  const start = reader.at;
  const { bytes, end } = reader;
  for (const [index, byte] of magic.entries()) {
    if (start + index >= end || bytes[start + index] !== byte) {
      throw malformed(start, "not WebAssembly: a component begins with 00 61 73 6d");
    }
  }
  reader.at += magic.length;
  const version = reader.byte("the version") + 0x100 * reader.byte("the version");
  const layer = reader.byte("the layer") + 0x100 * reader.byte("the layer");
  if (version === 0x0d && layer === 1) return;
  throw wrongPreamble(version, layer, start);
}

function wrongPreamble(version: number, layer: number, start: number): ComponentDecodeError {
  const at = start + magic.length;
  if (version === 1 && layer === 0) {
    return malformed(
      at,
      "this is a core module, not a component; if it was built for a WIT world, `wasm-tools component new` makes a component of it",
    );
  }
  if (layer !== 1) return malformed(at, `no WebAssembly component: its layer is 1, not ${layer}`);
  return unsupported(
    at,
    `component format version 0x${hex(version)} is not supported, 0x0d is; build the component again with current tools`,
  );
}
