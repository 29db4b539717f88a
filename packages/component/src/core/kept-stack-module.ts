import type { CoreSignature, CoreType } from "../abi/canonical.ts";
import { leb128 } from "./leb128.ts";

/** Value types and the start of a heap type. Core specification, Binary Format, Types. */
const valueType: Readonly<Record<CoreType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };
const externref = 0x6f;
const refNull = 0x63;

/** An expression that is zero. */
const zero: Readonly<Record<CoreType, readonly number[]>> = {
  i32: [0x41, 0],
  i64: [0x42, 0],
  f32: [0x43, 0, 0, 0, 0],
  f64: [0x44, 0, 0, 0, 0, 0, 0, 0, 0],
};

/** In the URL that V8 gives to the module, and so in stack traces. */
export const keptStackName = "witwire-stack";

/**
 * The module whose function `work` runs one guest function of a signature after the other. The guest's frames are right
 * above that of `work`, without JavaScript in between, so the guest can be suspended.
 *
 *     (module $witwire-stack
 *       (type $guest (func (param …) (result …)))
 *       (import "stack" "begin" (func $begin (param externref) (result i32)))
 *       (import "stack" "park" (func $park (param externref) (param …the result of $guest)))
 *       (global $function (mut (ref null $guest)) (ref.null $guest))
 *       (global $argument (mut …) (… .const 0)) …one for each parameter
 *       (func (export "work") (param $stack externref)
 *         (loop $next
 *           (if (call $begin (local.get $stack)) (then
 *             local.get $stack
 *             global.get $argument …each of them
 *             global.get $function
 *             (global.set $function (ref.null $guest))
 *             call_ref $guest
 *             call $park
 *             br $next))))
 *       (func (export "set") (param (ref null $guest)) (param …the parameters of $guest)
 *         …puts them into the globals))
 *
 * The guest's function is out of the global, and in no local, while it runs: what waits for the next call holds nothing of
 * the last one.
 */
export function keptStackModule({ params, results }: CoreSignature): Uint8Array<ArrayBuffer> {
  const guest = [refNull, 0];
  const paramTypes = params.map((type) => [valueType[type]]);
  const resultTypes = results.map((type) => [valueType[type]]);
  const types = [
    functionType(paramTypes, resultTypes),
    functionType([[externref]], [[valueType.i32]]),
    functionType([[externref], ...resultTypes], []),
    functionType([[externref]], []),
    functionType([guest, ...paramTypes], []),
  ];
  const imports = [
    [...text("stack"), ...text("begin"), 0, 1],
    [...text("stack"), ...text("park"), 0, 2],
  ];
  const globals = [[...guest, 1, 0xd0, 0, 0x0b], ...params.map((type) => [valueType[type], 1, ...zero[type], 0x0b])];
  const exports = [
    [...text("work"), 0, 2],
    [...text("set"), 0, 3],
  ];
  const globalGet = params.flatMap((_, index) => [0x23, ...leb128(index + 1)]);
  const next = [
    ...[0x20, 0, ...globalGet],
    ...[0x23, 0, 0xd0, 0, 0x24, 0, 0x14, 0], // global.get $function, ref.null, global.set $function, call_ref
    ...[0x10, 1, 0x0c, 1], // call $park, br $next
  ];
  const work = [0, 0x03, 0x40, 0x20, 0, 0x10, 0, 0x04, 0x40, ...next, 0x0b, 0x0b, 0x0b];
  const set = [
    0,
    ...[undefined, ...params].flatMap((_, index) => [0x20, ...leb128(index), 0x24, ...leb128(index)]),
    0x0b,
  ];
  const name = text(keptStackName);
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector(imports)),
    ...section(3, vector([[3], [4]])),
    ...section(6, vector(globals)),
    ...section(7, vector(exports)),
    ...section(10, vector([work, set].map((code) => [...leb128(code.length), ...code]))),
    ...section(0, [...text("name"), 0, ...leb128(name.length), ...name]),
  ]);
}

function functionType(params: readonly number[][], results: readonly number[][]): number[] {
  return [0x60, ...vector(params), ...vector(results)];
}

function section(id: number, contents: readonly number[]): number[] {
  return [id, ...leb128(contents.length), ...contents];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...leb128(items.length), ...items.flat()];
}

function text(value: string): number[] {
  return [...leb128(value.length), ...new TextEncoder().encode(value)];
}
