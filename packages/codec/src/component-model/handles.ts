import type { ResourceRef } from "../codec.ts";
import { readBytes, resumeBytes } from "./bytes.ts";
import type { CompiledType } from "./compiled-type.ts";
import { effectsAt } from "./effects.ts";
import { readUnsigned, resumeUnsigned, writeUnsigned } from "./leb128.ts";

/** `own<R>` and `borrow<R>`: the handle as a list of bytes. What it stands for is the caller's business. */
export function handleType(mode: "own" | "borrow", resource: ResourceRef): CompiledType {
  return {
    write(writer, value, lowering) {
      const handle = mode === "own" ? lowering.own(resource, value) : lowering.borrow(resource, value);
      writeUnsigned(writer, handle.length);
      writer.bytes(handle);
    },
    read(reader, lifting) {
      const handle = readBytes(reader, readUnsigned(reader));
      return mode === "own" ? lifting.own(resource, handle) : lifting.borrow(resource, handle);
    },
    *resume(input) {
      const handle = yield* resumeBytes(input, yield* resumeUnsigned(input));
      return mode === "own" ? input.lifting.own(resource, handle) : input.lifting.borrow(resource, handle);
    },
    explain: () => undefined,
    minBytes: 1,
    effects: effectsAt([]),
  };
}
