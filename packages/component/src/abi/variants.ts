import { casesType } from "./cases.ts";
import type { CompiledType } from "./compiled-type.ts";
import { single } from "./compiled-type.ts";
import { discriminant } from "./discriminants.ts";
import { mismatch, oneOf, within } from "./failures.ts";
import { variantLayout } from "./layout.ts";

/** A case of a variant; `type` is absent when it carries no payload. */
export interface CompiledCase {
  readonly name: string;
  readonly type: CompiledType | undefined;
}

interface Tagged {
  readonly tag: unknown;
  readonly val?: unknown;
}

/** `variant`: in JavaScript `{ tag, val }`, `val` only where there is a payload. */
export function variantType(cases: readonly CompiledCase[]): CompiledType {
  const names = cases.map(({ name }) => name);
  const numbers = new Map<unknown, number>(names.map((name, index) => [name, index]));
  const payloads = cases.map(({ type }) => type);
  return casesType(payloads, {
    what: "a variant",
    step: ".val",
    caseOf(value) {
      if (!isTagged(value)) throw mismatch("an object { tag, val }", value);
      const index = numbers.get(value.tag);
      if (index === undefined) throw within(mismatch(oneOf(names), value.tag), ".tag");
      if (payloads[index] === undefined) refusePayload(value);
      return index;
    },
    payloadOf,
    make(index, payload) {
      const tag = names[index] as string;
      return payloads[index] === undefined ? { tag } : { tag, val: payload };
    },
  });
}

/** `enum`: a variant without payloads. In JavaScript the name of the case. */
export function enumType(names: readonly string[]): CompiledType {
  const numbers = new Map<unknown, number>(names.map((name, index) => [name, index]));
  const { discriminantSize } = variantLayout(names.length, []);
  const number = discriminant(discriminantSize, names.length, "an enum");
  const caseOf = (value: unknown): number => {
    const index = numbers.get(value);
    if (index === undefined) throw mismatch(oneOf(names), value);
    return index;
  };
  return {
    ...single(discriminantSize, "i32"),
    load: (_context, view, pointer) => names[number.load(view, pointer)],
    store: (context, pointer, value) => number.store(context, pointer, caseOf(value)),
    lift: (_context, core, at) => names[number.lift(core[at] as number)],
    lower(_context, core, at, value) {
      core[at] = caseOf(value);
    },
  };
}

/**
 * `option<T>` where T is no option itself. In JavaScript `undefined` or the value; `null` is taken for `undefined`.
 */
export function optionType(some: CompiledType): CompiledType {
  return casesType([undefined, some], {
    what: "an option",
    step: "",
    caseOf: (value) => (value === undefined || value === null ? 0 : 1),
    payloadOf: (value) => value,
    make: (_index, payload) => payload,
  });
}

/** `option<option<T>>`, the outer one: `{ tag: "some", val }` or `{ tag: "none" }`, since `undefined` is the inner one's. */
export function taggedOptionType(some: CompiledType): CompiledType {
  return casesType([undefined, some], {
    what: "an option",
    step: ".val",
    caseOf(value) {
      if (!isTagged(value)) throw mismatch("an object { tag, val } (an option of an option)", value);
      if (value.tag === "some") return 1;
      if (value.tag !== "none") throw within(mismatch(oneOf(["some", "none"]), value.tag), ".tag");
      refusePayload(value);
      return 0;
    },
    payloadOf,
    make: (index, payload) => (index === 0 ? { tag: "none" } : { tag: "some", val: payload }),
  });
}

/**
 * `result`: in JavaScript `{ tag: "ok" | "err", val }`. The `val` of a side without a payload is ignored, because a
 * function that has nothing to return may well return something.
 */
export function resultType(ok: CompiledType | undefined, err: CompiledType | undefined): CompiledType {
  return casesType([ok, err], {
    what: "a result",
    step: ".val",
    caseOf(value) {
      if (!isTagged(value)) throw mismatch("an object { tag, val }", value);
      if (value.tag === "ok") return 0;
      if (value.tag === "err") return 1;
      throw within(mismatch(oneOf(["ok", "err"]), value.tag), ".tag");
    },
    payloadOf,
    make: (index, payload) => ({ tag: index === 0 ? "ok" : "err", val: payload }),
  });
}

function isTagged(value: unknown): value is Tagged {
  return typeof value === "object" && value !== null && "tag" in value;
}

function payloadOf(value: unknown): unknown {
  return (value as Tagged).val;
}

function refusePayload({ tag, val }: Tagged): void {
  if (val !== undefined) throw within(mismatch(`nothing for "${String(tag)}"`, val), ".val");
}
