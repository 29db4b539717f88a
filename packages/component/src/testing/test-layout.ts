/** How values of a type lie in a guest's memory and on its stack (CanonicalABI.md), derived apart from the code under test. */
import type { TestType } from "./test-type.ts";

export type CoreType = "i32" | "i64" | "f32" | "f64";

/** All types come down to three shapes. */
export type Shape =
  | { readonly tag: "number"; readonly core: CoreType; readonly bytes: 1 | 2 | 4 | 8 }
  /** A pointer and a length. */
  | { readonly tag: "slice" }
  | { readonly tag: "product"; readonly members: readonly TestType[] }
  | { readonly tag: "sum"; readonly tagBytes: 1 | 2 | 4; readonly cases: readonly (TestType | undefined)[] };

export function shapeOf(type: TestType): Shape {
  const number = (core: CoreType, bytes: 1 | 2 | 4 | 8): Shape => ({ tag: "number", core, bytes });
  switch (type.tag) {
    case "bool":
    case "s8":
    case "u8":
      return number("i32", 1);
    case "s16":
    case "u16":
      return number("i32", 2);
    case "s32":
    case "u32":
    case "char":
      return number("i32", 4);
    case "s64":
    case "u64":
      return number("i64", 8);
    case "f32":
      return number("f32", 4);
    case "f64":
      return number("f64", 8);
    case "flags":
      return number("i32", type.count <= 8 ? 1 : type.count <= 16 ? 2 : 4);
    case "string":
    case "list":
    case "map":
      return { tag: "slice" };
    case "fixed-list":
      return { tag: "product", members: new Array<TestType>(type.length).fill(type.element) };
    case "tuple":
      return { tag: "product", members: type.items };
    case "record":
      return { tag: "product", members: type.fields };
    case "option":
      return sum([undefined, type.some]);
    case "result":
      return sum([type.ok, type.err]);
    case "variant":
      return sum(type.cases);
    case "enum":
      return sum(new Array<undefined>(type.count).fill(undefined));
  }
}

function sum(cases: readonly (TestType | undefined)[]): Shape {
  return { tag: "sum", tagBytes: cases.length <= 1 << 8 ? 1 : cases.length <= 1 << 16 ? 2 : 4, cases };
}

export function alignmentOf(type: TestType): number {
  const shape = shapeOf(type);
  switch (shape.tag) {
    case "number":
      return shape.bytes;
    case "slice":
      return 4;
    case "product":
      return Math.max(1, ...shape.members.map(alignmentOf));
    case "sum":
      return Math.max(shape.tagBytes, payloadAlignment(shape.cases));
  }
}

export function sizeOf(type: TestType): number {
  const shape = shapeOf(type);
  switch (shape.tag) {
    case "number":
      return shape.bytes;
    case "slice":
      return 8;
    case "product":
      return roundUp(memberOffsets(shape.members).end, alignmentOf(type));
    case "sum": {
      const largest = Math.max(0, ...shape.cases.map((payload) => (payload === undefined ? 0 : sizeOf(payload))));
      return roundUp(payloadOffset(shape.tagBytes, shape.cases) + largest, alignmentOf(type));
    }
  }
}

/** Where the members of a record or tuple begin, and where the last one ends. */
export function memberOffsets(members: readonly TestType[]): { readonly offsets: number[]; readonly end: number } {
  let end = 0;
  const offsets = members.map((member) => {
    const offset = roundUp(end, alignmentOf(member));
    end = offset + sizeOf(member);
    return offset;
  });
  return { offsets, end };
}

export function payloadOffset(tagBytes: number, cases: readonly (TestType | undefined)[]): number {
  return roundUp(tagBytes, payloadAlignment(cases));
}

function payloadAlignment(cases: readonly (TestType | undefined)[]): number {
  return Math.max(1, ...cases.map((payload) => (payload === undefined ? 1 : alignmentOf(payload))));
}

export function roundUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** The core values that a value becomes as a parameter. */
export function flatOf(type: TestType): CoreType[] {
  const shape = shapeOf(type);
  switch (shape.tag) {
    case "number":
      return [shape.core];
    case "slice":
      return ["i32", "i32"];
    case "product":
      return shape.members.flatMap(flatOf);
    case "sum": {
      const joined: CoreType[] = [];
      for (const payload of shape.cases) {
        for (const [index, core] of (payload === undefined ? [] : flatOf(payload)).entries()) {
          const other = joined[index];
          joined[index] = other === undefined ? core : join(other, core);
        }
      }
      return ["i32", ...joined];
    }
  }
}

function join(a: CoreType, b: CoreType): CoreType {
  if (a === b) return a;
  return (a === "i32" && b === "f32") || (a === "f32" && b === "i32") ? "i32" : "i64";
}
