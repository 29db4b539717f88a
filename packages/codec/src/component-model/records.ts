import type { CompiledType, Explain, Problem, Read, Resume, Write } from "./compiled-type.ts";
import { mismatch } from "./compiled-type.ts";
import { located, united } from "./paths.ts";

/** A field of a record, or a parameter of a function. `key` is its name in JavaScript. */
export interface CompiledField {
  readonly key: string;
  readonly type: CompiledType;
}

type Fields = Record<string, unknown>;

/** `record`: the fields one after the other. */
export function recordType(fields: readonly CompiledField[]): CompiledType {
  const keys = fields.map((field) => field.key);
  const { writes, reads, resumes, shared } = concatenation(fields.map((field) => field.type));

  const write: Write = (writer, value, lowering) => {
    if (!isRecord(value)) throw mismatch;
    for (let index = 0; index < keys.length; index++) {
      (writes[index] as Write)(writer, value[keys[index] as string], lowering);
    }
  };
  // Assigning the fields in order lets all records of a type share one hidden class. Literals with computed keys, spread
  // templates and class fields were all slower where many types share this code.
  const read: Read = (reader, lifting) => {
    const record: Fields = {};
    for (let index = 0; index < keys.length; index++) {
      record[keys[index] as string] = (reads[index] as Read)(reader, lifting);
    }
    return record;
  };
  const resume: Resume = function* (input) {
    const record: Fields = {};
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
  readonly shared: Pick<CompiledType, "minBytes" | "depth" | "hasEffects" | "asyncPaths">;
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
      depth: 1 + Math.max(0, ...members.map((member) => member.depth)),
      hasEffects: members.some((member) => member.hasEffects),
      asyncPaths: united(...members.map((member) => member.asyncPaths)),
    },
  };
}
