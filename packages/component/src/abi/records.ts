import type { CompiledType, Lift, Load } from "./compiled-type.ts";
import { around } from "./compiled-type.ts";
import { mismatch, within } from "./failures.ts";
import { concatFlat } from "./flat.ts";
import { sequenceLayout } from "./layout.ts";

/** A field of a record. `key` is its name in JavaScript. */
export interface CompiledField {
  readonly key: string;
  readonly type: CompiledType;
}

type Fields = Record<string, unknown>;

/** Where each member is among the flat values of all of them. */
export function flatOffsets(types: readonly CompiledType[]): readonly number[] {
  let next = 0;
  return types.map(({ flat }) => {
    const offset = next;
    next += flat.length;
    return offset;
  });
}

/** `record`: the fields one after the other. */
export function recordType(fields: readonly CompiledField[]): CompiledType {
  const types = fields.map(({ type }) => type);
  const keys = fields.map(({ key }) => key);
  const { offsets, alignment, size } = sequenceLayout(types);
  const flatAt = flatOffsets(types);
  const stores = types.map(({ store }) => store);
  const lowers = types.map(({ lower }) => lower);
  const count = keys.length;
  return {
    ...around(types, { alignment, size, flat: concatFlat(types) }),
    load: recordLoad(keys, types, offsets),
    store(context, pointer, value) {
      if (!isRecord(value)) throw mismatch("an object", value);
      let index = 0;
      try {
        for (; index < count; index++) {
          stores[index]?.(context, pointer + (offsets[index] as number), value[keys[index] as string]);
        }
      } catch (error) {
        throw within(error, `.${keys[index]}`);
      }
    },
    lift: recordLift(keys, types, flatAt),
    lower(context, core, at, value) {
      if (!isRecord(value)) throw mismatch("an object", value);
      let index = 0;
      try {
        for (; index < count; index++) {
          lowers[index]?.(context, core, at + (flatAt[index] as number), value[keys[index] as string]);
        }
      } catch (error) {
        throw within(error, `.${keys[index]}`);
      }
    },
  };
}

function recordLoad(keys: readonly string[], types: readonly CompiledType[], offsets: readonly number[]): Load {
  const loads = types.map(({ load }) => load);
  const RecordOfType = plainConstructor();
  return (context, view, pointer) => {
    const record = new RecordOfType();
    let index = 0;
    try {
      for (; index < keys.length; index++) {
        record[keys[index] as string] = loads[index]?.(context, view, pointer + (offsets[index] as number));
      }
    } catch (error) {
      throw within(error, `.${keys[index]}`);
    }
    return record;
  };
}

function recordLift(keys: readonly string[], types: readonly CompiledType[], flatAt: readonly number[]): Lift {
  const lifts = types.map(({ lift }) => lift);
  const RecordOfType = plainConstructor();
  return (context, core, at) => {
    const record = new RecordOfType();
    let index = 0;
    try {
      for (; index < keys.length; index++) {
        record[keys[index] as string] = lifts[index]?.(context, core, at + (flatAt[index] as number));
      }
    } catch (error) {
      throw within(error, `.${keys[index]}`);
    }
    return record;
  };
}

/**
 * A constructor of plain objects, for one type. What it makes differs from `{}` in nothing but speed: engines keep hidden
 * classes per constructor, so the records of a type have one tree of them to themselves and space for just their fields.
 */
function plainConstructor(): new () => Fields {
  function Plain(): void {}
  Plain.prototype = Object.prototype;
  return Plain as unknown as new () => Fields;
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `tuple`: the members one after the other, an array. */
export function tupleType(types: readonly CompiledType[]): CompiledType {
  const { offsets, alignment, size } = sequenceLayout(types);
  const flatAt = flatOffsets(types);
  const count = types.length;

  const check = (value: unknown): readonly unknown[] => {
    if (!Array.isArray(value) || value.length !== count) throw mismatch(`an array of ${count}`, value);
    return value;
  };
  /** Does something with each member, and says which one it was that failed. */
  const each = (visit: (type: CompiledType, index: number) => void): void => {
    let index = 0;
    try {
      for (; index < count; index++) visit(types[index] as CompiledType, index);
    } catch (error) {
      throw within(error, `[${index}]`);
    }
  };
  return {
    ...around(types, { alignment, size, flat: concatFlat(types) }),
    load(context, view, pointer) {
      const values = new Array<unknown>(count);
      each((type, index) => {
        values[index] = type.load(context, view, pointer + (offsets[index] as number));
      });
      return values;
    },
    store(context, pointer, value) {
      const values = check(value);
      each((type, index) => type.store(context, pointer + (offsets[index] as number), values[index]));
    },
    lift(context, core, at) {
      const values = new Array<unknown>(count);
      each((type, index) => {
        values[index] = type.lift(context, core, at + (flatAt[index] as number));
      });
      return values;
    },
    lower(context, core, at, value) {
      const values = check(value);
      each((type, index) => type.lower(context, core, at + (flatAt[index] as number), values[index]));
    },
  };
}
