import { describeValue } from "@witwire/wit/values";
import type { CompiledType, Explain, Resume, Write } from "./compiled-type.ts";
import { mismatch } from "./compiled-type.ts";
import { listType } from "./lists.ts";

/** `map<K, V>`: on the wire a list of key-value tuples. In JavaScript a Map; of several equal keys the last one wins. */
export function mapType(entry: CompiledType, key: CompiledType, value: CompiledType): CompiledType {
  const list = listType(entry);
  const write: Write = (writer, map, lowering) => {
    if (!isMap(map)) throw mismatch;
    list.write(writer, [...map], lowering);
  };
  const resume: Resume = function* (input) {
    return new Map((yield* list.resume(input)) as [unknown, unknown][]);
  };
  const explain: Explain = (map) => {
    if (!isMap(map)) return { path: "", expected: "a Map", got: map };
    let index = 0;
    for (const [name, item] of map) {
      const wrongKey = key.explain(name);
      if (wrongKey !== undefined) return { ...wrongKey, path: `[key ${index}]${wrongKey.path}` };
      const wrongValue = value.explain(item);
      if (wrongValue !== undefined) return { ...wrongValue, path: `[${describeValue(name)}]${wrongValue.path}` };
      index++;
    }
    return undefined;
  };
  return {
    ...list,
    write,
    read: (reader, lifting) => new Map(list.read(reader, lifting) as [unknown, unknown][]),
    resume,
    explain,
  };
}

/** Whether a value is a Map, also one of another realm. */
function isMap(value: unknown): value is Map<unknown, unknown> {
  return value instanceof Map || Object.prototype.toString.call(value) === "[object Map]";
}
