import { type Component, compile } from "@witwire/component";
import { buildWorld } from "../../../component/src/testing/guest-builder.ts";
import { guestOf } from "../../../component/src/testing/guest-files.ts";

/** Contracts of the guests that the tests run. */
export const guestWit = `
package test:host;

interface handler {
  hello: func() -> string;
}

interface work {
  echo: func(text: string) -> string;
  /// How many calls this instance has seen.
  count: func() -> u32;
  divide: func(a: u32, b: u32) -> result<u32, string>;
  trap: func();
  /// These call the import of the same name.
  ask: func(text: string) -> string;
  try: func(a: u32) -> result<u32, string>;
}

interface backend {
  ask: func(text: string) -> string;
  try: func(a: u32) -> result<u32, string>;
}

world server {
  export handler;
  export shout: func() -> string;
}

world worker {
  import backend;
  export work;
}

world backing {
  export backend;
}
`;

const allocator = `
  (memory (export "cm32p2_memory") 2)
  (global $heap (mut i32) (i32.const 4096))
  (func (export "cm32p2_realloc") (param $old i32) (param $size i32) (param $align i32) (param $new i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
    (global.set $heap (i32.add (local.get $at) (local.get $new)))
    (local.get $at))`;

/** The string at address 16 as a result. */
function text(length: number): string {
  return `(i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (i32.const ${length})) (i32.const 0)`;
}

const returnParam = "(i32.store (i32.const 0) (local.get 0)) (i32.store (i32.const 4) (local.get 1)) (i32.const 0)";

const server = `(module ${allocator}
  (data (i32.const 16) "hello from WebAssembly")
  (func (export "cm32p2|test:host/handler|hello") (result i32) ${text(22)})
  (func (export "cm32p2||shout") (result i32) ${text(5)}))`;

const worker = `(module
  (import "cm32p2|test:host/backend" "ask" (func $ask (param i32 i32 i32)))
  (import "cm32p2|test:host/backend" "try" (func $try (param i32 i32)))
  ${allocator}
  (global $calls (mut i32) (i32.const 0))
  (data (i32.const 16) "division by zero")
  (func (export "cm32p2|test:host/work|echo") (param i32 i32) (result i32) ${returnParam})
  (func (export "cm32p2|test:host/work|count") (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1))) (global.get $calls))
  (func (export "cm32p2|test:host/work|divide") (param i32 i32) (result i32)
    (if (i32.eqz (local.get 1))
      (then
        (i32.store8 (i32.const 0) (i32.const 1))
        (i32.store (i32.const 4) (i32.const 16))
        (i32.store (i32.const 8) (i32.const 16)))
      (else
        (i32.store8 (i32.const 0) (i32.const 0))
        (i32.store (i32.const 4) (i32.div_u (local.get 0) (local.get 1)))))
    (i32.const 0))
  (func (export "cm32p2|test:host/work|trap") unreachable)
  (func (export "cm32p2|test:host/work|ask") (param i32 i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (call $ask (local.get 0) (local.get 1) (i32.const 64)) (i32.const 64))
  (func (export "cm32p2|test:host/work|try") (param i32) (result i32)
    (call $try (local.get 0) (i32.const 64)) (i32.const 64)))`;

const backing = `(module ${allocator}
  (data (i32.const 16) "zero")
  (func (export "cm32p2|test:host/backend|ask") (param i32 i32) (result i32) ${returnParam})
  (func (export "cm32p2|test:host/backend|try") (param i32) (result i32)
    (if (i32.eqz (local.get 0))
      (then
        (i32.store8 (i32.const 0) (i32.const 1))
        (i32.store (i32.const 4) (i32.const 16))
        (i32.store (i32.const 8) (i32.const 4)))
      (else
        (i32.store8 (i32.const 0) (i32.const 0))
        (i32.store (i32.const 4) (local.get 0))))
    (i32.const 0)))`;

/** Exports `handler`, and a function at its root; needs nothing. */
export async function serverGuest(): Promise<Component> {
  return compile(await serverBytes());
}

/** {@link serverGuest} as a binary. */
export function serverBytes(): Promise<Uint8Array> {
  return buildWorld(guestWit, "server", server);
}

/** Exports `work`: answers, fails, counts, and asks `backend`. */
export async function workerGuest(): Promise<Component> {
  return compile(await workerBytes());
}

/** {@link workerGuest} as a binary. */
export function workerBytes(): Promise<Uint8Array> {
  return buildWorld(guestWit, "worker", worker);
}

/** Exports `backend`: `ask` answers what it was asked, `try` its argument, or `err("zero")`. */
export async function backingGuest(): Promise<Component> {
  return compile(await buildWorld(guestWit, "backing", backing));
}

/** Exports resources, and uses some of the host's: `guest` of resources.wit. */
export async function resourcesGuest(): Promise<Component> {
  return compile(await guestOf("resources", "resources", "guest"));
}

/** Imports resources of another component: `user` of resources.wit. */
export async function resourcesUserGuest(): Promise<Component> {
  return compile(await guestOf("resource-user", "resources", "user"));
}
