import { Trap } from "./canonical.ts";
import type { CompiledType } from "./compiled-type.ts";
import { single } from "./compiled-type.ts";
import { hex, mismatch } from "./failures.ts";

/** `char`: the number of one Unicode scalar value. */
export const charType: CompiledType = {
  ...single(4, "i32"),
  load: (_context, view, pointer) => charOf(view.getUint32(pointer, true)),
  store: (context, pointer, value) => context.view().setUint32(pointer, codeOf(value), true),
  lift: (_context, core, at) => charOf((core[at] as number) >>> 0),
  lower: (_context, core, at, value) => {
    core[at] = codeOf(value);
  },
};

function charOf(code: number): string {
  if (code < 0xd800) return String.fromCharCode(code);
  if (code <= 0xdfff) throw new Trap(`${hex(code)} is a surrogate, which is no char`);
  if (code > 0x10ffff) throw new Trap(`${hex(code)} is beyond 0x10ffff, where chars end`);
  return String.fromCodePoint(code);
}

function codeOf(value: unknown): number {
  if (typeof value === "string") {
    const code = value.codePointAt(0);
    if (code !== undefined && value.length === (code > 0xffff ? 2 : 1) && (code < 0xd800 || code > 0xdfff)) return code;
  }
  throw mismatch("a string of one character", value);
}
