import type { Reader } from "../reader.ts";
import type { CompiledType, Explain, Problem, Read, Resume, Write } from "./compiled-type.ts";
import { mismatch, united } from "./compiled-type.ts";
import { malformed } from "./failures.ts";
import { readUnsigned, writeUnsigned } from "./leb128.ts";
import { lebIsWhole, resumeFixed, resumeScalar, zeroOrOneReader } from "./scalars.ts";

/** A case of a variant; `type` is absent when it carries no payload. */
export interface CompiledCase {
  readonly name: string;
  readonly type: CompiledType | undefined;
}

interface Tagged {
  readonly tag: unknown;
  readonly val?: unknown;
}

/** `variant`: the number of the case, then its payload. In JavaScript `{ tag, val }`, `val` only where there is a payload. */
export function variantType(cases: readonly CompiledCase[]): CompiledType {
  const numbers = new Map<unknown, number>(cases.map(({ name }, index) => [name, index]));
  const readNumber = numberReader("a variant", cases.length);
  const resumeNumber = resumeScalar(readNumber, 5, lebIsWhole);

  const write: Write = (writer, value, lowering) => {
    if (!isTagged(value)) throw mismatch;
    const number = numbers.get(value.tag);
    if (number === undefined) throw mismatch;
    writeUnsigned(writer, number);
    const { type } = cases[number] as CompiledCase;
    if (type !== undefined) type.write(writer, value.val, lowering);
    else if (value.val !== undefined) throw mismatch;
  };
  const read: Read = (reader, lifting) => {
    const { name, type } = cases[readNumber(reader)] as CompiledCase;
    return type === undefined ? { tag: name } : { tag: name, val: type.read(reader, lifting) };
  };
  const resume: Resume = function* (input) {
    const { name, type } = cases[yield* resumeNumber(input)] as CompiledCase;
    return type === undefined ? { tag: name } : { tag: name, val: yield* type.resume(input) };
  };
  const explain: Explain = (value) => {
    if (!isTagged(value)) return { path: "", expected: "an object { tag, val }", got: value };
    const number = numbers.get(value.tag);
    if (number === undefined) return { path: ".tag", expected: names(cases), got: value.tag };
    const { name, type } = cases[number] as CompiledCase;
    if (type !== undefined) return inVal(type.explain(value.val));
    return value.val === undefined ? undefined : { path: ".val", expected: `nothing for "${name}"`, got: value.val };
  };
  const payloads = cases.flatMap(({ type }) => (type === undefined ? [] : [type]));
  return { write, read, resume, explain, minBytes: 1 + least(cases), effects: united(payloads) };
}

/** The fewest bytes of any payload. */
function least(cases: readonly CompiledCase[]): number {
  return Math.min(...cases.map(({ type }) => type?.minBytes ?? 0));
}

/** `enum`: the number of the case. In JavaScript its name. */
export function enumType(names: readonly string[]): CompiledType {
  const numbers = new Map<unknown, number>(names.map((name, index) => [name, index]));
  const readNumber = numberReader("an enum", names.length);
  const read = (reader: Reader): unknown => names[readNumber(reader)];
  return {
    write: (writer, value) => {
      const number = numbers.get(value);
      if (number === undefined) throw mismatch;
      writeUnsigned(writer, number);
    },
    read,
    resume: resumeScalar(read, 5, lebIsWhole),
    explain: (value) => (numbers.has(value) ? undefined : { path: "", expected: oneOf(names), got: value }),
    minBytes: 1,
  };
}

/** A reader of the number of one of `count` cases. */
function numberReader(what: string, count: number): (reader: Reader) => number {
  return (reader) => {
    const { position } = reader;
    const number = readUnsigned(reader);
    if (number < count) return number;
    throw malformed(reader, position, `expected one of the ${count} cases of ${what}, got number ${number}`);
  };
}

/**
 * `option<T>` where T is no option itself: 0, or 1 and the value. In JavaScript `undefined` or the value; `null` is
 * taken for `undefined`.
 */
export function optionType(some: CompiledType): CompiledType {
  const write: Write = (writer, value, lowering) => {
    if (value === undefined || value === null) writer.byte(0);
    else {
      writer.byte(1);
      some.write(writer, value, lowering);
    }
  };
  const read: Read = (reader, lifting) => (readOption(reader) === 0 ? undefined : some.read(reader, lifting));
  const resume: Resume = function* (input) {
    return (yield* resumeOption(input)) === 0 ? undefined : yield* some.resume(input);
  };
  const explain: Explain = (value) => (value === undefined || value === null ? undefined : some.explain(value));
  return { write, read, resume, explain, minBytes: 1, effects: some.effects };
}

/** `option<option<T>>`, the outer one: `{ tag: "some", val }` or `{ tag: "none" }`, since `undefined` is the inner one's. */
export function taggedOptionType(some: CompiledType): CompiledType {
  const write: Write = (writer, value, lowering) => {
    if (!isTagged(value)) throw mismatch;
    if (value.tag === "some") {
      writer.byte(1);
      some.write(writer, value.val, lowering);
    } else {
      if (value.tag !== "none" || value.val !== undefined) throw mismatch;
      writer.byte(0);
    }
  };
  const read: Read = (reader, lifting) =>
    readOption(reader) === 0 ? { tag: "none" } : { tag: "some", val: some.read(reader, lifting) };
  const resume: Resume = function* (input) {
    return (yield* resumeOption(input)) === 0 ? { tag: "none" } : { tag: "some", val: yield* some.resume(input) };
  };
  const explain: Explain = (value) => {
    if (!isTagged(value)) return { path: "", expected: "an object { tag, val } (an option of an option)", got: value };
    if (value.tag === "some") return inVal(some.explain(value.val));
    if (value.tag !== "none") return { path: ".tag", expected: oneOf(["some", "none"]), got: value.tag };
    return value.val === undefined ? undefined : { path: ".val", expected: 'nothing for "none"', got: value.val };
  };
  return { write, read, resume, explain, minBytes: 1, effects: some.effects };
}

/**
 * `result`: 0 and the ok value, or 1 and the error. In JavaScript `{ tag: "ok" | "err", val }`. The `val` of a side
 * without a payload is ignored, because a function that has nothing to return may well return something.
 */
export function resultType(ok: CompiledType | undefined, err: CompiledType | undefined): CompiledType {
  const write: Write = (writer, value, lowering) => {
    if (!isTagged(value)) throw mismatch;
    if (value.tag === "ok") {
      writer.byte(0);
      ok?.write(writer, value.val, lowering);
    } else {
      if (value.tag !== "err") throw mismatch;
      writer.byte(1);
      err?.write(writer, value.val, lowering);
    }
  };
  const read: Read = (reader, lifting) =>
    readResult(reader) === 0
      ? { tag: "ok", val: ok?.read(reader, lifting) }
      : { tag: "err", val: err?.read(reader, lifting) };
  const resume: Resume = function* (input) {
    const isErr = (yield* resumeResult(input)) === 1;
    const side = isErr ? err : ok;
    return { tag: isErr ? "err" : "ok", val: side === undefined ? undefined : yield* side.resume(input) };
  };
  const explain: Explain = (value) => {
    if (!isTagged(value)) return { path: "", expected: "an object { tag, val }", got: value };
    if (value.tag === "ok") return inVal(ok?.explain(value.val));
    if (value.tag === "err") return inVal(err?.explain(value.val));
    return { path: ".tag", expected: oneOf(["ok", "err"]), got: value.tag };
  };
  const minBytes = 1 + Math.min(ok?.minBytes ?? 0, err?.minBytes ?? 0);
  return { write, read, resume, explain, minBytes, effects: united([ok, err].filter((type) => type !== undefined)) };
}

const readOption = /* @__PURE__ */ zeroOrOneReader("an option");
const resumeOption = /* @__PURE__ */ resumeFixed(readOption, 1);
const readResult = /* @__PURE__ */ zeroOrOneReader("a result");
const resumeResult = /* @__PURE__ */ resumeFixed(readResult, 1);

function isTagged(value: unknown): value is Tagged {
  return typeof value === "object" && value !== null && "tag" in value;
}

function inVal(problem: Problem | undefined): Problem | undefined {
  return problem === undefined ? undefined : { ...problem, path: `.val${problem.path}` };
}

function names(cases: readonly CompiledCase[]): string {
  return oneOf(cases.map(({ name }) => name));
}

/** `"a", "b" or "c"`, cut short where there are many. */
function oneOf(names: readonly string[]): string {
  const quoted = names.slice(0, 8).map((name) => `"${name}"`);
  if (names.length > 8) return `one of ${quoted.join(", ")} … (${names.length} in all)`;
  const last = quoted.pop() ?? "nothing";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}
