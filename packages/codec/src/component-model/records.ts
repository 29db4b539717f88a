import type { CompiledType, Explain, Problem, Read, Resume, Write } from "./compiled-type.ts";
import { located, mismatch, united } from "./compiled-type.ts";

/** A field of a record, or a parameter of a function. `key` is its name in JavaScript. */
export interface CompiledField {
  readonly key: string;
  readonly type: CompiledType;
}

type Eight<T> = readonly [T, T, T, T, T, T, T, T];

type Fields = Record<string, unknown>;

/** `record`: the fields one after the other. */
export function recordType(fields: readonly CompiledField[]): CompiledType {
  const keys = fields.map((field) => field.key);
  const { writes, reads, resumes, shared } = concatenation(fields.map((field) => field.type));
  const RecordOfType = plainConstructor();

  const write: Write = (writer, value, lowering) => {
    if (!isRecord(value)) throw mismatch;
    for (let index = 0; index < keys.length; index++) {
      (writes[index] as Write)(writer, value[keys[index] as string], lowering);
    }
  };
  // The first fields are unrolled, so that their names and readers are constants of the closure; most records have no more.
  const [a, b, c, d, e, f, g, h] = keys as unknown as Eight<string>;
  const [readA, readB, readC, readD, readE, readF, readG, readH] = reads as unknown as Eight<Read>;
  const count = keys.length;
  const read: Read = (reader, lifting) => {
    const record = new RecordOfType();
    if (count > 0) record[a] = readA(reader, lifting);
    if (count > 1) record[b] = readB(reader, lifting);
    if (count > 2) record[c] = readC(reader, lifting);
    if (count > 3) record[d] = readD(reader, lifting);
    if (count > 4) record[e] = readE(reader, lifting);
    if (count > 5) record[f] = readF(reader, lifting);
    if (count > 6) record[g] = readG(reader, lifting);
    if (count > 7) record[h] = readH(reader, lifting);
    for (let index = 8; index < count; index++) {
      record[keys[index] as string] = (reads[index] as Read)(reader, lifting);
    }
    return record;
  };
  const resume: Resume = function* (input) {
    const record = new RecordOfType();
    for (let index = 0; index < keys.length; index++) {
      record[keys[index] as string] = yield* (resumes[index] as Resume)(input);
    }
    return record;
  };
  const explain: Explain = (value) => {
    if (!isRecord(value)) return { path: "", expected: "an object", got: value };
    for (const { key, type } of fields) {
      const problem = type.explain(value[key]);
      if (problem !== undefined) return { ...problem, path: `.${key}${problem.path}` };
    }
    return undefined;
  };
  return { write, read, resume, explain, ...shared };
}

/**
 * A constructor of plain objects, for one type. What it makes differs from `{}` in nothing but speed: engines keep hidden
 * classes per constructor, so the records of a type have one tree of them to themselves and space for just their fields,
 * where `{}` would begin all types at the same root. Fields are then assigned in order; literals with computed keys,
 * spread templates and class fields were all slower where many types share this code.
 */
function plainConstructor(): new () => Fields {
  function Plain(): void {}
  Plain.prototype = Object.prototype;
  return Plain as unknown as new () => Fields;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `tuple`: the members one after the other. */
export function tupleType(types: readonly CompiledType[]): CompiledType {
  const explain: Explain = (value) => {
    const expected = `an array of ${types.length}`;
    if (!Array.isArray(value) || value.length !== types.length) return { path: "", expected, got: value };
    return explainMembers(types, value, (index) => `[${index}]`);
  };
  return { ...sequence(types, types.length), explain };
}

/**
 * The parameters of a function: a tuple, of which the last members may be missing where they are options. What is wrong
 * is named by the parameter.
 */
export function paramsType(params: readonly CompiledField[]): CompiledType {
  const types = params.map((param) => param.type);
  const explain: Explain = (value) => {
    const expected = types.length === 0 ? "an empty array" : `an array of at most ${types.length}`;
    if (!Array.isArray(value) || value.length > types.length) return { path: "", expected, got: value };
    return explainMembers(types, value, (index) => params[index]?.key ?? "");
  };
  return { ...sequence(types, 0), explain };
}

function explainMembers(
  types: readonly CompiledType[],
  values: readonly unknown[],
  name: (index: number) => string,
): Problem | undefined {
  for (const [index, type] of types.entries()) {
    const problem = type.explain(values[index]);
    if (problem !== undefined) return { ...problem, path: `${name(index)}${problem.path}` };
  }
  return undefined;
}

/** Values one after the other, given as an array of at least `least`. */
function sequence(types: readonly CompiledType[], least: number): Omit<CompiledType, "explain"> {
  const { writes, reads, resumes, shared } = concatenation(types);
  const write: Write = (writer, values, lowering) => {
    if (!Array.isArray(values) || values.length > writes.length || values.length < least) throw mismatch;
    for (let index = 0; index < writes.length; index++) (writes[index] as Write)(writer, values[index], lowering);
  };
  const read: Read = (reader, lifting) => {
    const values: unknown[] = [];
    for (let index = 0; index < reads.length; index++) values.push((reads[index] as Read)(reader, lifting));
    return values;
  };
  const resume: Resume = function* (input) {
    const values: unknown[] = [];
    for (const next of resumes) values.push(yield* next(input));
    return values;
  };
  return { write, read, resume, ...shared };
}

interface Concatenation {
  readonly writes: readonly Write[];
  readonly reads: readonly Read[];
  readonly resumes: readonly Resume[];
  readonly shared: Pick<CompiledType, "minBytes" | "effects">;
}

/** The members of a type that is nothing but them, and what it takes over from them. */
function concatenation(types: readonly CompiledType[]): Concatenation {
  const members = types.map(located);
  return {
    writes: members.map((member) => member.write),
    reads: members.map((member) => member.read),
    resumes: members.map((member) => member.resume),
    shared: {
      minBytes: members.reduce((sum, member) => sum + member.minBytes, 0),
      effects: united(members),
    },
  };
}
