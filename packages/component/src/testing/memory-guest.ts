/**
 * A guest that shows its memory, and whose memory can be set: what the engine stores for a value can be looked at, and
 * the engine can be given any bytes at all.
 */
import { buildWorld, type StringEncoding } from "./guest-builder.ts";
import { paramList, runtime, signatureOf } from "./guest-wat.ts";
import type { CoreType } from "./test-layout.ts";
import { list, type TestType, TypeWriter } from "./test-type.ts";

/** Where `set` puts the bytes that it is given. */
export const imageBase = 0x10_0000;

const api = "test:memory/api";
const host = "test:memory/host";

/** The types through which raw core values are given to the guest. */
const carriers: Readonly<Record<CoreType, string>> = { i32: "u32", i64: "u64", f32: "f32", f64: "f64" };

/**
 * Exports, in `test:memory/api`:
 * - `set(bytes)`: puts bytes at {@link imageBase}.
 * - `dumpT0(values)`: the pointer and length of the list as the guest got it, and all memory up to its last byte.
 * - `listT0(pointer, length)`: the list at that place.
 * - `loadT0(pointer)`: where a value is returned through a pointer, the value there.
 * - `liftT0(core)`: where a value is one core value, the value of that.
 * - `giveT0(…core)`: calls the import `take-t0` with these core values, or with a pointer to its parameters.
 * - `returnT0(pointer)`: calls the import `make-t0`, which writes its answer there if it is returned through a pointer.
 */
export function buildMemoryGuest(types: readonly TestType[], encoding: StringEncoding): Promise<Uint8Array> {
  const takes: string[] = [];
  const makes: string[] = [];
  const offers = ["set: func(bytes: list<u8>);"];
  const imports: string[] = [];
  const functions = [setFunction];
  const outer = new TypeWriter();
  const inner = new TypeWriter();
  for (const [index, type] of types.entries()) {
    const { params, results, returnsPointer } = signatureOf([type], type);
    const name = `t${index}`;
    takes.push(`take-${name}: func(v: ${inner.write(type)});`);
    makes.push(`make-${name}: func() -> ${inner.write(type)};`);
    imports.push(`(import "${host}" "take-${name}" (func $take-${name} ${paramList(params)}))`);
    offers.push(`dump-${name}: func(v: ${outer.write(list(type))}) -> tuple<u32, u32, list<u8>>;`);
    functions.push(dumpFunction(name));
    offers.push(`list-${name}: func(p: u32, n: u32) -> ${outer.write(list(type))};`);
    functions.push(listFunction(name));
    offers.push(`return-${name}: func(p: u32);`);
    const given = params.map((core, at) => `c${at}: ${carriers[core]}`);
    offers.push(`give-${name}: func(${given.join(", ")});`);
    functions.push(giveFunction(name, params));
    if (returnsPointer) {
      imports.push(`(import "${host}" "make-${name}" (func $make-${name} (param i32)))`);
      offers.push(`load-${name}: func(p: u32) -> ${outer.write(type)};`);
      functions.push(`(func (export "${api}#load-${name}") (param i32) (result i32) (local.get 0))`);
      functions.push(`(func (export "${api}#return-${name}") (param i32) (call $make-${name} (local.get 0)))`);
    } else {
      imports.push(`(import "${host}" "make-${name}" (func $make-${name} (result ${results[0]})))`);
      functions.push(`(func (export "${api}#return-${name}") (param i32) (drop (call $make-${name})))`);
      offers.push(`lift-${name}: func(c: ${carriers[results[0] as CoreType]}) -> ${outer.write(type)};`);
      functions.push(
        `(func (export "${api}#lift-${name}") (param ${results[0]}) (result ${results[0]}) (local.get 0))`,
      );
    }
  }
  const wit = `package test:memory;
interface host {\n${inner.definitions}\n${takes.join("\n")}\n${makes.join("\n")}\n}
interface api {\n${outer.definitions}\n${offers.join("\n")}\n}
world guest { import host; export api; }`;
  const wat = `(module ${imports.join("\n")} ${runtime} ${functions.join("\n")})`;
  return buildWorld(wit, "guest", wat, encoding);
}

const setFunction = `(func (export "${api}#set") (param i32 i32)
  (local $end i32)
  (local.set $end (i32.add (i32.const ${imageBase}) (local.get 1)))
  (if (i32.gt_u (local.get $end) (i32.shl (memory.size) (i32.const 16)))
    (then (drop (memory.grow (i32.const 64)))))
  (memory.copy (i32.const ${imageBase}) (local.get 0) (local.get 1))
  (call $reset))`;

/** The three results lie at address 64, where nothing else is. */
function dumpFunction(name: string): string {
  return `(func (export "${api}#dump-${name}") (param i32 i32) (result i32)
    (i32.store (i32.const 64) (local.get 0))
    (i32.store (i32.const 68) (local.get 1))
    (i32.store (i32.const 72) (i32.const 0))
    (i32.store (i32.const 76) (global.get $top))
    (call $reset)
    (i32.const 64))`;
}

function listFunction(name: string): string {
  return `(func (export "${api}#list-${name}") (param i32 i32) (result i32)
    (i32.store (i32.const 64) (local.get 0))
    (i32.store (i32.const 68) (local.get 1))
    (i32.const 64))`;
}

function giveFunction(name: string, params: readonly CoreType[]): string {
  const gets = params.map((_, index) => `(local.get ${index})`).join(" ");
  return `(func (export "${api}#give-${name}") ${paramList(params)} (call $take-${name} ${gets}))`;
}
