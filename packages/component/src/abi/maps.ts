import { describeValue } from "@witwire/wit/values";
import type { CompiledType } from "./compiled-type.ts";
import { around } from "./compiled-type.ts";
import { mismatch, within } from "./failures.ts";
import { sequenceLayout } from "./layout.ts";
import { allocateList, checkList } from "./lists.ts";
import { MapEntries } from "./map-entries.ts";
import { lowered, rangeType } from "./ranges.ts";

/** `map<K, V>`: a list of pairs. In JavaScript a Map; of several equal keys the last one wins. */
export function mapType(entry: CompiledType, key: CompiledType, value: CompiledType): CompiledType {
  const { size } = entry;
  const valueOffset = sequenceLayout([key, value]).offsets[1] as number;

  const map = rangeType({
    lift(context, view, pointer, count) {
      checkList(context, view, entry, pointer, count);
      const found = context.betweenComponents ? new MapEntries() : new Map<unknown, unknown>();
      for (let index = 0; index < count; index++) {
        const at = pointer + index * size;
        const name = inKey(index, () => key.load(context, view, at));
        const item = inValue(name, () => value.load(context, view, at + valueOffset));
        found.set(name, item);
      }
      return found;
    },
    lower(context, given) {
      if (!(given instanceof MapEntries || isMap(given))) throw mismatch("a Map", given);
      const entries = [...given];
      const pointer = allocateList(context, entry, entries.length);
      for (const [index, [name, item]] of entries.entries()) {
        const at = pointer + index * size;
        inKey(index, () => key.store(context, at, name));
        inValue(name, () => value.store(context, at + valueOffset, item));
      }
      lowered.length = entries.length;
      return pointer;
    },
  });
  return { ...map, ...around([entry], map) };
}

function inKey<T>(index: number, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw within(error, `[key ${index}]`);
  }
}

function inValue<T>(name: unknown, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw within(error, `[${describeValue(name)}]`);
  }
}

/** Whether a value is a Map, also one of another realm. */
function isMap(value: unknown): value is Map<unknown, unknown> {
  return value instanceof Map || Object.prototype.toString.call(value) === "[object Map]";
}
