import type { Lifting, Lowering, PathPattern } from "../codec.ts";
import type { Reader } from "../reader.ts";
import type { Writer } from "../writer.ts";
import type { CompiledType, Effects, Input, Steps } from "./compiled-type.ts";

/** The effects of types at whose place there are streams and futures; none where there are only handles. */
export function effectsAt(asyncPaths: readonly PathPattern[]): Effects {
  return new PathEffects(asyncPaths);
}

/** Keeps the path to what is written and read, on the way in and out of every type with effects. */
class PathEffects implements Effects {
  readonly asyncPaths: readonly PathPattern[];

  constructor(asyncPaths: readonly PathPattern[]) {
    this.asyncPaths = asyncPaths;
  }

  and(others: Effects): Effects {
    const byText = new Map<string, PathPattern>();
    for (const pattern of [...this.asyncPaths, ...others.asyncPaths]) byText.set(pattern.join(), pattern);
    return new PathEffects([...byText.values()]);
  }

  within(step: number | "*"): Effects {
    return new PathEffects(this.asyncPaths.map((pattern) => [step, ...pattern]));
  }

  located(type: CompiledType, index: number): CompiledType {
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
      effects: this.within(index),
    };
  }

  *resumeAt(type: CompiledType, input: Input, path: readonly number[]): Steps<unknown> {
    const { path: shared } = input.lifting;
    const steps = type.resume(input);
    for (let own = path; ; ) {
      const outer = shared.splice(0, shared.length, ...own);
      try {
        const { done, value } = steps.next();
        if (done === true) return value;
      } finally {
        own = shared.splice(0, shared.length, ...outer);
      }
      yield;
    }
  }

  writeElements(
    writer: Writer,
    { write }: CompiledType,
    values: readonly unknown[],
    lowering: Lowering,
    first: number,
  ): void {
    const { path } = lowering;
    const level = path.length;
    for (let index = 0; index < values.length; index++) {
      path[level] = first + index;
      write(writer, values[index], lowering);
    }
    path.length = level;
  }

  readElements(reader: Reader, { read }: CompiledType, values: unknown[], count: number, lifting: Lifting): void {
    const { path } = lifting;
    const level = path.length;
    for (let index = 0; index < count; index++) {
      path[level] = index;
      values[index] = read(reader, lifting);
    }
    path.length = level;
  }

  *resumeElements(input: Input, element: CompiledType, values: unknown[], count: number): Steps<void> {
    const { path } = input.lifting;
    const level = path.length;
    for (let index = 0; index < count; index++) {
      path[level] = index;
      values.push(yield* element.resume(input));
    }
    path.length = level;
  }
}
