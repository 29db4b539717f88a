/**
 * Sizes and flat forms of types as in CanonicalABI.md ("Element Size", "Flattening"), as far as validation needs them.
 * Sizes are those of 64-bit memories, which is what the limit on the size of a value is about.
 */
import type { PrimitiveType, Type, TypeKind } from "../model/types.ts";

/** What is known about the form of a type. */
export interface Layout {
  /** Bytes that a value takes in a 64-bit memory. */
  readonly size: number;
  readonly align: number;
  /** How many core values it flattens to; no more than {@link manyFlat} is told apart. */
  readonly flat: number;
  /** Whether a value needs memory of its own besides: strings, lists and maps do. */
  readonly pointer: boolean;
}

/** Counts of flat values stop here. */
export const manyFlat = 1000;

/** Values must be smaller than this, in bytes. */
export const valueSizeLimit: number = 2 ** 28;

const pointerSize = 8;

const primitives: Readonly<Record<PrimitiveType, Layout>> = {
  bool: scalar(1),
  s8: scalar(1),
  u8: scalar(1),
  s16: scalar(2),
  u16: scalar(2),
  s32: scalar(4),
  u32: scalar(4),
  s64: scalar(8),
  u64: scalar(8),
  f32: scalar(4),
  f64: scalar(8),
  char: scalar(4),
  string: { size: 2 * pointerSize, align: pointerSize, flat: 2, pointer: true },
  "error-context": scalar(4),
};

export function primitiveLayout(type: PrimitiveType): Layout {
  return primitives[type];
}

/** The layout of a type, given those of its parts. */
export function layoutOf(kind: TypeKind, of: (type: Type) => Layout): Layout {
  switch (kind.tag) {
    case "record":
      return sequence(kind.fields.map((field) => of(field.type)));
    case "tuple":
      return sequence(kind.types.map(of));
    case "variant":
      return choice(kind.cases.map((item) => (item.type === undefined ? undefined : of(item.type))));
    case "enum":
      return choice(kind.cases.map(() => undefined));
    case "option":
      return choice([undefined, of(kind.type)]);
    case "result":
      return choice([kind.ok, kind.err].map((type) => (type === undefined ? undefined : of(type))));
    case "flags":
      return scalar(kind.flags.length <= 8 ? 1 : kind.flags.length <= 16 ? 2 : 4);
    case "list":
    case "map":
      return primitives.string;
    case "fixed-length-list": {
      const element = of(kind.type);
      const flat = Math.min(manyFlat, element.flat * kind.length);
      return { ...element, size: element.size * kind.length, flat };
    }
    case "alias":
      return of(kind.type);
    default:
      return scalar(4);
  }
}

function scalar(size: number): Layout {
  return { size, align: size, flat: 1, pointer: false };
}

function sequence(parts: readonly Layout[]): Layout {
  let size = 0;
  let align = 1;
  let flat = 0;
  for (const part of parts) {
    size = alignTo(size, part.align) + part.size;
    align = Math.max(align, part.align);
    flat = Math.min(manyFlat, flat + part.flat);
  }
  return { size: alignTo(size, align), align, flat, pointer: parts.some((part) => part.pointer) };
}

function choice(cases: readonly (Layout | undefined)[]): Layout {
  const tag = cases.length <= 0x100 ? 1 : cases.length <= 0x10000 ? 2 : 4;
  let payload = 0;
  let align = 1;
  let flat = 0;
  for (const item of cases) {
    payload = Math.max(payload, item?.size ?? 0);
    align = Math.max(align, item?.align ?? 1);
    flat = Math.max(flat, item?.flat ?? 0);
  }
  const whole = Math.max(tag, align);
  const size = alignTo(alignTo(tag, align) + payload, whole);
  return { size, align: whole, flat: Math.min(manyFlat, flat + 1), pointer: cases.some((item) => item?.pointer) };
}

function alignTo(size: number, align: number): number {
  return Math.ceil(size / align) * align;
}
