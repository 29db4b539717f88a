import type { FunctionType } from "@witwire/wit/binary";
import type { TypeDef } from "@witwire/wit/model";
import { ComponentError } from "../errors.ts";
import type { CompiledFunction, CoreType, CoreValue } from "./canonical.ts";
import { Trap } from "./canonical.ts";
import type { CompiledType } from "./compiled-type.ts";
import { TypeCompiler } from "./compiler.ts";
import { hex, place } from "./failures.ts";
import { concatFlat, maxFlat } from "./flat.ts";
import { sequenceLayout } from "./layout.ts";
import { flatOffsets } from "./records.ts";

const compilers = new WeakMap<readonly TypeDef[], TypeCompiler>();

/**
 * Compiles a function's type. What is compiled of `types` is kept as long as that array.
 *
 * @throws ComponentError `unsupported` for async functions, streams, futures, error contexts, more than 32 flags, types
 *   that nest more than 64 levels deep or take more than 2^28 - 1 bytes; RangeError for types that no component has
 */
export function compileFunction(types: readonly TypeDef[], type: FunctionType): CompiledFunction {
  if (type.async) throw new ComponentError("unsupported", "unsupported: async functions, of component-model async");
  let compiler = compilers.get(types);
  if (compiler === undefined) {
    compiler = new TypeCompiler(types);
    compilers.set(types, compiler);
  }
  const params = compileParams(compiler, type);
  const result = compileResult(compiler, type);
  return {
    liftSignature: { params: params.flat, results: result.spilled ? ["i32"] : result.flat },
    lowerSignature: {
      params: result.spilled ? [...params.flat, "i32"] : params.flat,
      results: result.spilled ? [] : result.flat,
    },
    hasHandles: params.hasHandles || result.hasHandles,
    lowerParams: params.lower,
    liftResult: result.lift,
    liftParams: params.lift,
    lowerResult: result.lowerTo(params.flat.length),
  };
}

interface CompiledParams {
  /** Just a pointer where they do not fit into flat values. */
  readonly flat: readonly CoreType[];
  readonly hasHandles: boolean;
  readonly lower: CompiledFunction["lowerParams"];
  readonly lift: CompiledFunction["liftParams"];
}

function compileParams(compiler: TypeCompiler, { params }: FunctionType): CompiledParams {
  const places = params.map(({ name }) => `param "${name}"`);
  const types = params.map(({ type }) => compiler.compile(type));
  const hasHandles = types.some((type) => type.hasHandles);
  const flat = concatFlat(types);
  if (flat.length > maxFlat) return { flat: ["i32"], hasHandles, ...spilledParams(places, types) };
  return { flat, hasHandles, ...flatParams(places, types, flat.length) };
}

function flatParams(
  places: readonly string[],
  types: readonly CompiledType[],
  size: number,
): Pick<CompiledParams, "lower" | "lift"> {
  const lowers = types.map(({ lower }) => lower);
  const lifts = types.map(({ lift }) => lift);
  const offsets = flatOffsets(types);
  const count = types.length;
  // Copies of an array that holds anything stay as they are, where a new one changes its kind with what is put into it.
  const noCore = new Array<undefined>(size).fill(undefined);
  const noArgs = new Array<undefined>(count).fill(undefined);
  return {
    lower(context, args) {
      const core = noCore.slice() as unknown[] as CoreValue[];
      let index = 0;
      try {
        for (; index < count; index++) lowers[index]?.(context, core, offsets[index] as number, args[index]);
      } catch (error) {
        throw place(error, places[index] as string);
      }
      return core;
    },
    lift(context, core) {
      const args: unknown[] = noArgs.slice();
      let index = 0;
      try {
        for (; index < count; index++) args[index] = lifts[index]?.(context, core, offsets[index] as number);
      } catch (error) {
        throw place(error, places[index] as string);
      }
      return args;
    },
  };
}

/** Parameters that are passed in memory, as a tuple. */
function spilledParams(
  places: readonly string[],
  types: readonly CompiledType[],
): Pick<CompiledParams, "lower" | "lift"> {
  const { offsets, alignment, size } = sequenceLayout(types);
  return {
    lower(context, args) {
      let index = -1;
      try {
        const pointer = context.allocate(alignment, size);
        for (index = 0; index < types.length; index++) {
          types[index]?.store(context, pointer + (offsets[index] as number), args[index]);
        }
        return [pointer];
      } catch (error) {
        throw place(error, places[index] ?? "params");
      }
    },
    lift(context, core) {
      const args = new Array<unknown>(types.length);
      let index = -1;
      try {
        const view = context.view();
        const pointer = checkPlace(view, alignment, size, core[0] as CoreValue);
        if (size > uncharged) context.charge(size);
        for (index = 0; index < types.length; index++) {
          args[index] = types[index]?.load(context, view, pointer + (offsets[index] as number));
        }
      } catch (error) {
        throw place(error, places[index] ?? "params");
      }
      return args;
    },
  };
}

interface CompiledResult {
  readonly flat: readonly CoreType[];
  /** Whether it is in memory, and a pointer to it takes its place. */
  readonly spilled: boolean;
  readonly hasHandles: boolean;
  readonly lift: CompiledFunction["liftResult"];
  /** @param at which core argument points to where the result goes, if it is spilled */
  lowerTo(at: number): CompiledFunction["lowerResult"];
}

function compileResult(compiler: TypeCompiler, { result }: FunctionType): CompiledResult {
  if (result === undefined) {
    const nothing = (): undefined => undefined;
    return { flat: [], spilled: false, hasHandles: false, lift: nothing, lowerTo: () => nothing };
  }
  const type = compiler.compile(result);
  const { flat, hasHandles } = type;
  if (flat.length > 1) return { flat, spilled: true, hasHandles, ...spilledResult(type) };
  return { flat, spilled: false, hasHandles, ...flatResult(type) };
}

function flatResult({ lift, lower }: CompiledType): Pick<CompiledResult, "lift" | "lowerTo"> {
  return {
    lift(context, core) {
      try {
        return lift(context, [core as CoreValue], 0);
      } catch (error) {
        throw place(error, "result");
      }
    },
    lowerTo: () => (context, _core, value) => {
      const results = [undefined] as unknown[] as CoreValue[];
      try {
        lower(context, results, 0, value);
      } catch (error) {
        throw place(error, "result");
      }
      return results[0];
    },
  };
}

/** A result that is passed in memory. */
function spilledResult({ alignment, size, load, store }: CompiledType): Pick<CompiledResult, "lift" | "lowerTo"> {
  return {
    lift(context, core) {
      try {
        const view = context.view();
        const pointer = checkPlace(view, alignment, size, core as CoreValue);
        if (size > uncharged) context.charge(size);
        return load(context, view, pointer);
      } catch (error) {
        throw place(error, "result");
      }
    },
    lowerTo: (at) => (context, core, value) => {
      try {
        store(context, checkPlace(context.view(), alignment, size, core[at] as CoreValue), value);
      } catch (error) {
        throw place(error, "result");
      }
      return undefined;
    },
  };
}

/** Fixed-size values of up to so many bytes are lifted without counting them, so that only large ones cost the call. */
const uncharged = 1024;

/** The pointer to where a guest keeps parameters, or the result. @throws Trap */
function checkPlace(view: DataView, alignment: number, size: number, core: CoreValue): number {
  const pointer = (core as number) >>> 0;
  if ((pointer & (alignment - 1)) !== 0) {
    throw new Trap(`misaligned pointer ${hex(pointer)}: it must be aligned to ${alignment} bytes`);
  }
  if (pointer + size > view.byteLength) {
    throw new Trap(`${size} bytes at ${hex(pointer)} are out of bounds of ${view.byteLength} bytes of memory`);
  }
  return pointer;
}
