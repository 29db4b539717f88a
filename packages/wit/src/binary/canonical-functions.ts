/** `canon lift` and `canon lower`: CanonicalABI.md, "Canonical Definitions". */
import type { Type } from "../model/types.ts";
import { describeCoreFunction } from "./core-subtyping.ts";
import { invalid } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { CanonicalOptions, FunctionType } from "./definitions.ts";
import { flattenTypes, maxFlatAsyncParams, maxFlatParams } from "./flatten.ts";
import type { Scope } from "./scope.ts";

export interface CoreSignature {
  readonly tag: "core-func";
  readonly params: readonly string[];
  readonly results: readonly string[];
}

const pointer: readonly string[] = ["i32"];

/** Checks that a core function can be lifted to this type. */
export function checkLift(
  decoding: Decoding,
  scope: Scope,
  core: number,
  type: FunctionType,
  options: CanonicalOptions,
  offset: number,
): void {
  checkAsync(type, options, offset);
  const found = scope.at("coreFuncs", core, offset);
  if (options.postReturn !== undefined) {
    const wanted = describeCoreFunction({ params: found.results, results: [] });
    const signature = describeCoreFunction(scope.at("coreFuncs", options.postReturn, offset));
    if (signature !== wanted) {
      throw invalid(
        offset,
        `canonical option "post-return" uses a core function with an incorrect signature: expected ${wanted}, found ${signature}`,
      );
    }
  }
  if (options.callback !== undefined) {
    const signature = describeCoreFunction(scope.at("coreFuncs", options.callback, offset));
    if (signature !== "(i32 i32 i32) -> (i32)") {
      throw invalid(
        offset,
        `canonical option "callback" uses a core function with an incorrect signature: expected (i32 i32 i32) -> (i32), found ${signature}`,
      );
    }
  }
  const wanted = liftedSignature(decoding, type, options, offset);
  if (found.params.join() !== wanted.params.join()) {
    throw invalid(
      offset,
      `lowered parameter types [${wanted.params.join(" ")}] do not match parameter types [${found.params.join(" ")}] of core function ${core}`,
    );
  }
  if (found.results.join() !== wanted.results.join()) {
    throw invalid(
      offset,
      `lowered result types [${wanted.results.join(" ")}] do not match result types [${found.results.join(" ")}] of core function ${core}`,
    );
  }
}

/** What a function must look like to be lifted to this type. */
function liftedSignature(
  decoding: Decoding,
  type: FunctionType,
  options: CanonicalOptions,
  offset: number,
): CoreSignature {
  const { arena } = decoding;
  const params = flattenTypes(arena, paramTypes(type), maxFlatParams);
  if (params === undefined || paramTypes(type).some((param) => arena.layout(param).pointer)) {
    requireOption(options, "realloc", offset);
  }
  const { result } = type;
  const most = options.async ? maxFlatParams : 1;
  const results = result === undefined ? [] : flattenTypes(arena, [result], most);
  if (result !== undefined && (results === undefined || (options.async && arena.layout(result).pointer))) {
    requireOption(options, "memory", offset);
  }
  const returned = options.async ? (options.callback === undefined ? [] : pointer) : (results ?? pointer);
  return { tag: "core-func", params: params ?? pointer, results: returned };
}

/** What a function of this type looks like to core modules. */
export function loweredSignature(
  decoding: Decoding,
  type: FunctionType,
  options: CanonicalOptions,
  offset: number,
): CoreSignature {
  checkLowerOptions(options, offset);
  checkAsync(type, options, offset);
  const { arena } = decoding;
  const params = flattenTypes(arena, paramTypes(type), options.async ? maxFlatAsyncParams : maxFlatParams);
  if (params === undefined || paramTypes(type).some((param) => arena.layout(param).pointer)) {
    requireOption(options, "memory", offset);
  }
  const { result } = type;
  if (result !== undefined && arena.layout(result).pointer) requireOption(options, "realloc", offset);
  const results = result === undefined ? [] : options.async ? undefined : flattenTypes(arena, [result], 1);
  if (results === undefined) requireOption(options, "memory", offset);
  const passed = [...(params ?? pointer), ...(results === undefined ? pointer : [])];
  return { tag: "core-func", params: passed, results: options.async ? pointer : (results ?? []) };
}

/** The core function by which a task returns a result of this type. */
export function taskReturnSignature(
  decoding: Decoding,
  result: Type | undefined,
  options: CanonicalOptions,
  offset: number,
): CoreSignature {
  if (options.realloc !== undefined) throw invalid(offset, 'cannot specify "realloc" option on "task.return"');
  if (options.postReturn !== undefined) throw invalid(offset, 'cannot specify "post-return" option on "task.return"');
  if (options.async) throw invalid(offset, 'cannot specify "async" option on "task.return"');
  const params = result === undefined ? [] : [{ name: "v", type: result }];
  return loweredSignature(decoding, { async: false, params }, options, offset);
}

/** @throws ComponentDecodeError where the options have something that is for lifting only. */
export function checkLowerOptions(options: CanonicalOptions, offset: number): void {
  if (options.postReturn !== undefined)
    throw invalid(offset, 'canonical option "post-return" cannot be specified for lowerings');
  if (options.callback !== undefined)
    throw invalid(offset, 'canonical option "callback" cannot be specified for lowerings');
}

/** `realloc` works on the memory, so who needs it needs the memory, too. */
export function requireOption(options: CanonicalOptions, what: "memory" | "realloc", offset: number): void {
  if (options.memory === undefined) throw invalid(offset, 'canonical option "memory" is required');
  if (what === "realloc" && options.realloc === undefined)
    throw invalid(offset, 'canonical option "realloc" is required');
}

function checkAsync(type: FunctionType, options: CanonicalOptions, offset: number): void {
  if (options.async && !type.async)
    throw invalid(offset, 'the "async" canonical option requires an async function type');
}

function paramTypes(type: FunctionType): Type[] {
  return type.params.map((param) => param.type);
}
