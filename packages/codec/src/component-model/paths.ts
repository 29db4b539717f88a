import type { PathPattern } from "../codec.ts";
import type { CompiledType } from "./compiled-type.ts";

/** The patterns one level further in. */
export function prefixed(step: number | "*", patterns: readonly PathPattern[]): readonly PathPattern[] {
  return patterns.length === 0 ? patterns : patterns.map((pattern) => [step, ...pattern]);
}

/** All patterns of several types that sit at the same place, each once. */
export function united(...sets: (readonly PathPattern[])[]): readonly PathPattern[] {
  const byText = new Map<string, PathPattern>();
  for (const pattern of sets.flat()) byText.set(pattern.join(), pattern);
  return [...byText.values()];
}

/**
 * A type as member `index` of what holds it: on the way in, the number goes onto the path. Types without effects have
 * no use for a path and stay as they are.
 */
export function located(type: CompiledType, index: number): CompiledType {
  if (!type.hasEffects) return type;
  return {
    ...type,
    write(writer, value, lowering) {
      lowering.path.push(index);
      type.write(writer, value, lowering);
      lowering.path.pop();
    },
    read(reader, lifting) {
      lifting.path.push(index);
      const value = type.read(reader, lifting);
      lifting.path.pop();
      return value;
    },
    *resume(input) {
      input.lifting.path.push(index);
      const value = yield* type.resume(input);
      input.lifting.path.pop();
      return value;
    },
    asyncPaths: prefixed(index, type.asyncPaths),
  };
}
