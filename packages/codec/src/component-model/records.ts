import type { CompiledType, Explain, Problem, Read, Resume, Write } from "./compiled-type.ts";
import { mismatch } from "./compiled-type.ts";
import { prefixed, united } from "./paths.ts";

/** A field of a record. `key` is its name in JavaScript. */
export interface CompiledField {
  readonly key: string;
  readonly type: CompiledType;
}

type Fields = Record<string, unknown>;

/** `record`: the fields one after the other. */
export function recordType(fields: readonly CompiledField[]): CompiledType {
  const types = fields.map((field) => field.type);
  const keys = fields.map((field) => field.key);
  const shared = concatenated(types);
  const { hasEffects } = shared;

  const write: Write = (writer, value, lowering) => {
    if (!isRecord(value)) throw mismatch;
    for (let index = 0; index < keys.length; index++) {
      if (hasEffects) lowering.path.push(index);
      (types[index] as CompiledType).write(writer, value[keys[index] as string], lowering);
      if (hasEffects) lowering.path.pop();
    }
  };
  const read: Read = (reader, lifting) => {
    const record: Fields = {};
    for (let index = 0; index < keys.length; index++) {
      if (hasEffects) lifting.path.push(index);
      record[keys[index] as string] = (types[index] as CompiledType).read(reader, lifting);
      if (hasEffects) lifting.path.pop();
    }
    return record;
  };
  const resume: Resume = function* (input) {
    const record: Fields = {};
    for (let index = 0; index < keys.length; index++) {
      if (hasEffects) input.lifting.path.push(index);
      record[keys[index] as string] = yield* (types[index] as CompiledType).resume(input);
      if (hasEffects) input.lifting.path.pop();
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
  const expected = `an array of ${types.length}`;
  const explain: Explain = (value) => {
    if (!Array.isArray(value) || value.length !== types.length) return { path: "", expected, got: value };
    return explainMembers(types, value, (index) => `[${index}]`);
  };
  return { ...members(types, types.length), explain };
}

/**
 * The parameters of a function: a tuple, of which the last members may be missing where they are options. What is wrong
 * is named by the parameter.
 */
export function paramsType(params: readonly CompiledField[]): CompiledType {
  const types = params.map((param) => param.type);
  const explain: Explain = (value) => {
    if (!Array.isArray(value)) return { path: "", expected: "an array", got: value };
    if (value.length > types.length) return { path: "", expected: `at most ${types.length} values`, got: value };
    return explainMembers(types, value, (index) => params[index]?.key ?? "");
  };
  return { ...members(types, 0), explain };
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
function members(types: readonly CompiledType[], least: number): Omit<CompiledType, "explain"> {
  const shared = concatenated(types);
  const { hasEffects } = shared;
  const write: Write = (writer, value, lowering) => {
    if (!Array.isArray(value) || value.length > types.length || value.length < least) throw mismatch;
    for (let index = 0; index < types.length; index++) {
      if (hasEffects) lowering.path.push(index);
      (types[index] as CompiledType).write(writer, value[index], lowering);
      if (hasEffects) lowering.path.pop();
    }
  };
  const read: Read = (reader, lifting) => {
    const values: unknown[] = [];
    for (let index = 0; index < types.length; index++) {
      if (hasEffects) lifting.path.push(index);
      values.push((types[index] as CompiledType).read(reader, lifting));
      if (hasEffects) lifting.path.pop();
    }
    return values;
  };
  const resume: Resume = function* (input) {
    const values: unknown[] = [];
    for (let index = 0; index < types.length; index++) {
      if (hasEffects) input.lifting.path.push(index);
      values.push(yield* (types[index] as CompiledType).resume(input));
      if (hasEffects) input.lifting.path.pop();
    }
    return values;
  };
  return { write, read, resume, ...shared };
}

/** What a type takes over from those that it concatenates. */
function concatenated(
  types: readonly CompiledType[],
): Pick<CompiledType, "minBytes" | "depth" | "hasEffects" | "asyncPaths"> {
  return {
    minBytes: types.reduce((sum, type) => sum + type.minBytes, 0),
    depth: 1 + Math.max(0, ...types.map((type) => type.depth)),
    hasEffects: types.some((type) => type.hasEffects),
    asyncPaths: united(...types.map((type, index) => prefixed(index, type.asyncPaths))),
  };
}
