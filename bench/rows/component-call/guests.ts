import { type Component, compile } from "@witwire/component";
import { buildWorld } from "../../../packages/component/src/testing/guest-builder.ts";

/** `greeter` is the interface of `plain-call`, served by one component and called by the other. */
const wit = `
package bench:calls@0.1.0;
interface greeter { greet: func(name: string) -> string; }
interface caller { greet: func(name: string) -> string; }
world server { export greeter; }
world client { import greeter; export caller; }
`;

/** Texts are short, so what one call allocates is forgotten with the next. */
const memory = `
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))`;

const server = `(module ${memory}
  (data (i32.const 64) "Hello, ")
  (func (export "bench:calls/greeter@0.1.0#greet") (param $name i32) (param $length i32) (result i32)
    (memory.copy (i32.const 71) (local.get $name) (local.get $length))
    (i32.store (i32.const 16) (i32.const 64))
    (i32.store (i32.const 20) (i32.add (local.get $length) (i32.const 7)))
    (i32.const 16)))`;

const client = `(module
  (import "bench:calls/greeter@0.1.0" "greet" (func $greet (param i32 i32 i32))) ${memory}
  (func (export "bench:calls/caller@0.1.0#greet") (param i32 i32) (result i32)
    (call $greet (local.get 0) (local.get 1) (i32.const 16))
    (i32.const 16)))`;

/** Answers `greet`. */
export async function serverGuest(): Promise<Component> {
  return compile(await buildWorld(wit, "server", server));
}

/** Answers `caller.greet` with what its import `greeter.greet` answers. */
export async function clientGuest(): Promise<Component> {
  return compile(await buildWorld(wit, "client", client));
}
