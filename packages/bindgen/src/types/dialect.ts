import type { PrimitiveType } from "@witwire/wit/model";
import type { Doc } from "../text/doc.ts";
import { generic } from "../text/syntax.ts";
import { arrayOf, type Expression, inside, single } from "./expression.ts";

/** In what JavaScript values differ between Witwire and engines inside guests. */
export interface Dialect {
  /** What 64-bit integers are. */
  readonly long: "bigint" | "number";
  /** Element types whose lists are typed arrays. */
  readonly typedArrays: Readonly<Partial<Record<PrimitiveType, string>>>;
  /** What stands for an option without a value. */
  absent(passing: boolean): readonly string[];
  /** A `result` as a value; sides without a payload are `undefined`. */
  result(ok: Doc | undefined, err: Doc | undefined): Expression;
  /** @param array the typed array that lists of its elements are */
  stream(item: Expression, array: string | undefined, passing: boolean): Expression;
  future(payload: Doc): Expression;
}

/** Names of types of `@witwire/wit/values`, imported where they are used. */
export type ValueTypeNames = (name: "Stream" | "StreamInput" | "Result") => string;

/** The values of Witwire. */
export function hostDialect(names: ValueTypeNames): Dialect {
  return {
    long: "bigint",
    typedArrays,
    absent: () => ["undefined"],
    result(ok, err) {
      if (err !== undefined) return single(generic(names("Result"), ok ?? "undefined", err));
      return single(ok === undefined ? names("Result") : generic(names("Result"), ok));
    },
    stream(item, array, passing) {
      const isBytes = array === "Uint8Array";
      const iterated = isBytes ? array : inside(item);
      if (!passing) return single(generic(names("Stream"), iterated, array ?? arrayOf(item)));
      const input = generic(names("StreamInput"), iterated);
      return isBytes ? { members: [input, array] } : single(input);
    },
    future: (payload) => single(generic("Promise", payload)),
  };
}

const typedArrays: Readonly<Partial<Record<PrimitiveType, string>>> = {
  u8: "Uint8Array",
  s8: "Int8Array",
  u16: "Uint16Array",
  s16: "Int16Array",
  u32: "Uint32Array",
  s32: "Int32Array",
  u64: "BigUint64Array",
  s64: "BigInt64Array",
  f32: "Float32Array",
  f64: "Float64Array",
};
