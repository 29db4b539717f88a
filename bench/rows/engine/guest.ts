import { buildText } from "../../../packages/component/src/testing/guest-builder.ts";

/** `nop` gives back its number, `greet` its text; `run(n)` calls the import `foo` n times and adds up what it answers. */
const text = `
(component
  (import "foo" (func $foo (param "x" u32) (result u32)))
  (core module $memory
    (memory (export "memory") 1)
    (global $next (mut i32) (i32.const 1024))
    (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32)
      (if (i32.gt_u (global.get $next) (i32.const 60000)) (then (global.set $next (i32.const 1024))))
      (local.set $at (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      (memory.copy (local.get $at) (local.get $old) (local.get $old-size))
      (local.get $at)))
  (core instance $memory (instantiate $memory))
  (core func $foo' (canon lower (func $foo)))
  (core module $main
    (import "host" "foo" (func $foo (param i32) (result i32)))
    (import "memory" "memory" (memory 1))
    (func (export "nop") (param i32) (result i32) (local.get 0))
    (func (export "greet") (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      (i32.const 16))
    (func (export "run") (param $n i32) (result i32)
      (local $i i32) (local $sum i32)
      (loop $next
        (local.set $sum (i32.add (local.get $sum) (call $foo (local.get $i))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
      (local.get $sum)))
  (core instance $main (instantiate $main
    (with "host" (instance (export "foo" (func $foo'))))
    (with "memory" (instance $memory))))
  (func (export "nop") (param "x" u32) (result u32) (canon lift (core func $main "nop")))
  (func (export "run") (param "n" u32) (result u32) (canon lift (core func $main "run")))
  (func (export "greet") (param "name" string) (result string)
    (canon lift (core func $main "greet")
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc")))))
`;

/** The component that all contestants run. */
export function guest(): Promise<Uint8Array> {
  return buildText(text);
}

/** The guest's core modules for the floor, linked by hand: one module that does the same without a component around it. */
export const floorText = `
(module
  (import "host" "foo" (func $foo (param i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "nop") (param i32) (result i32) (local.get 0))
  (func (export "run") (param $n i32) (result i32)
    (local $i i32) (local $sum i32)
    (loop $next
      (local.set $sum (i32.add (local.get $sum) (call $foo (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $i) (local.get $n))))
    (local.get $sum)))
`;
