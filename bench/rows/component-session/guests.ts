import { readFileSync } from "node:fs";
import { type Component, compile } from "@witwire/component";
import { buildWorld } from "../../../packages/component/src/testing/guest-builder.ts";

const wit = `${readFileSync(new URL("../session-call/session.wit", import.meta.url), "utf8")}
interface caller { use directory.{person}; echo: func(person: person) -> person; }
world server { export directory; }
world client { import directory; export caller; }
`;

/** A record has less than 1 KiB, so what one call allocates is forgotten long before its memory is used again. */
const memory = `
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32) (local $at i32)
    (if (i32.gt_u (global.get $next) (i32.const 60000)) (then (global.set $next (i32.const 4096))))
    (local.set $at (i32.and (i32.add (global.get $next) (i32.const 7)) (i32.const -8)))
    (global.set $next (i32.add (local.get $at) (local.get $size)))
    (local.get $at))`;

/** The fields of `person` one by one, texts and lists as address and length. */
const fields = `(param $id i32) (param $name i32) (param $name-length i32) (param $email i32) (param $email-length i32)
    (param $city i32) (param $city-length i32) (param $age i32) (param $balance f64) (param $active i32)
    (param $tags i32) (param $tags-length i32)`;

/** Stores the fields as a result is laid out. */
const server = `(module ${memory}
  (func (export "bench:session/directory@0.1.0#echo") ${fields} (result i32)
    (i32.store (i32.const 16) (local.get $id))
    (i32.store (i32.const 20) (local.get $name))
    (i32.store (i32.const 24) (local.get $name-length))
    (i32.store (i32.const 28) (local.get $email))
    (i32.store (i32.const 32) (local.get $email-length))
    (i32.store (i32.const 36) (local.get $city))
    (i32.store (i32.const 40) (local.get $city-length))
    (i32.store8 (i32.const 44) (local.get $age))
    (f64.store (i32.const 48) (local.get $balance))
    (i32.store8 (i32.const 56) (local.get $active))
    (i32.store (i32.const 60) (local.get $tags))
    (i32.store (i32.const 64) (local.get $tags-length))
    (i32.const 16)))`;

const client = `(module
  (import "bench:session/directory@0.1.0" "echo"
    (func $echo (param i32 i32 i32 i32 i32 i32 i32 i32 f64 i32 i32 i32 i32))) ${memory}
  (func (export "bench:session/caller@0.1.0#echo") ${fields} (result i32)
    (call $echo (local.get $id) (local.get $name) (local.get $name-length) (local.get $email) (local.get $email-length)
      (local.get $city) (local.get $city-length) (local.get $age) (local.get $balance) (local.get $active)
      (local.get $tags) (local.get $tags-length) (i32.const 16))
    (i32.const 16)))`;

/** Answers `echo`. */
export async function serverGuest(): Promise<Component> {
  return compile(await buildWorld(wit, "server", server));
}

/** Answers `caller.echo` with what its import `directory.echo` answers. */
export async function clientGuest(): Promise<Component> {
  return compile(await buildWorld(wit, "client", client));
}
