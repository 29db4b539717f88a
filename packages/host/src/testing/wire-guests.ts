import { type Component, compile } from "@witwire/component";
import { buildWorld } from "../../../component/src/testing/guest-builder.ts";

/** Contracts whose types differ between component and wire. */
export const wireWit = `
package test:wire;

/// In and out.
interface piping {
  use wasi:io/streams@0.2.0.{input-stream};
  /// How many bytes there are.
  count: func(data: input-stream) -> u64;
  pass: func(data: input-stream) -> input-stream;
  /// Through the import of the same name.
  relay: func(data: input-stream) -> input-stream;
}

interface far {
  use wasi:io/streams@0.2.0.{input-stream};
  use wrpc:rpc/error@0.1.0.{error};
  relay: func(data: input-stream) -> input-stream;
  ask: func() -> result<string, error>;
}

interface asking {
  use wrpc:rpc/error@0.1.0.{error};
  /// What the import of the same name answers.
  ask: func() -> result<string, error>;
  /// The same, or why it could not be had.
  why: func() -> string;
}

interface calling {
  /// Calls far-away of test:wire/hello by itself, and gives what comes back less its first byte.
  call: func() -> string;
}

world pipe { import far; import wasi:io/streams@0.2.0; export piping; }
world asker { import far; import wrpc:rpc/error@0.1.0; export asking; }
world caller { import wrpc:rpc/invoker@0.1.0; import wasi:io/streams@0.2.0; export calling; }

package wasi:io@0.2.0 {
  interface error { resource error; }
  interface poll { resource pollable { block: func(); } }
  interface streams {
    use error.{error};
    variant stream-error { last-operation-failed(error), closed }
    resource input-stream { blocking-read: func(len: u64) -> result<list<u8>, stream-error>; }
    resource output-stream;
  }
}

package wrpc:rpc@0.1.0 {
  interface error {
    use wasi:io/error@0.2.0.{error as io-error};
    resource error {
      from-io-error: static func(error: io-error) -> result<error, io-error>;
      to-debug-string: func() -> string;
    }
  }
  interface context { resource context { default: static func() -> context; } }
  interface transport {
    use wasi:io/poll@0.2.0.{pollable};
    use wasi:io/streams@0.2.0.{input-stream, output-stream};
    use error.{error};
    resource incoming-channel {
      data: func() -> option<input-stream>;
      index: func(path: list<u32>) -> result<incoming-channel, error>;
    }
    resource outgoing-channel {
      data: func() -> option<output-stream>;
      index: func(path: list<u32>) -> result<outgoing-channel, error>;
    }
    resource invocation {
      subscribe: func() -> pollable;
      finish: static func(this: invocation) -> result<tuple<outgoing-channel, incoming-channel>, error>;
    }
  }
  interface invoker {
    use context.{context};
    use transport.{invocation};
    invoke: func(cx: context, instance: string, name: string, params: list<u8>, paths: list<list<option<u32>>>) -> invocation;
  }
}
`;

/** Memory in which one thing at a time is allocated, at 4096. */
const memory = `
  (memory (export "memory") 4)
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (if (i32.gt_u (local.get $size) (i32.const 200000)) (then unreachable))
    (i32.const 4096))`;

const pipe = `(module
  (import "test:wire/far" "relay" (func $relay (param i32) (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.0" "[resource-drop]input-stream" (func $drop (param i32)))
  ${memory}
  (func (export "test:wire/piping#count") (param $data i32) (result i64)
    (local $sum i64)
    (loop $next
      (call $read (local.get $data) (i64.const 65536) (i32.const 0))
      (if (i32.eqz (i32.load8_u (i32.const 0)))
        (then
          (local.set $sum (i64.add (local.get $sum) (i64.load32_u (i32.const 8))))
          (br $next))))
    ;; Anything but closed would be an error with a handle.
    (if (i32.ne (i32.load8_u (i32.const 4)) (i32.const 1)) (then unreachable))
    (call $drop (local.get $data))
    (local.get $sum))
  (func (export "test:wire/piping#pass") (param i32) (result i32) (local.get 0))
  (func (export "test:wire/piping#relay") (param i32) (result i32) (call $relay (local.get 0))))`;

const asker = `(module
  (import "test:wire/far" "ask" (func $ask (param i32)))
  (import "wrpc:rpc/error@0.1.0" "[method]error.to-debug-string" (func $to-debug-string (param i32 i32)))
  (import "wrpc:rpc/error@0.1.0" "[resource-drop]error" (func $drop (param i32)))
  ${memory}
  (func (export "test:wire/asking#ask") (result i32) (call $ask (i32.const 0)) (i32.const 0))
  (func (export "test:wire/asking#why") (result i32)
    (local $error i32)
    (call $ask (i32.const 0))
    (if (i32.load8_u (i32.const 0))
      (then
        (call $to-debug-string (local.tee $error (i32.load (i32.const 4))) (i32.const 4))
        (call $drop (local.get $error))))
    (i32.const 4)))`;

const caller = `(module
  (import "wrpc:rpc/context@0.1.0" "[static]context.default" (func $context (result i32)))
  (import "wrpc:rpc/invoker@0.1.0" "invoke"
    (func $invoke (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wrpc:rpc/transport@0.1.0" "[static]invocation.finish" (func $finish (param i32 i32)))
  (import "wrpc:rpc/transport@0.1.0" "[resource-drop]outgoing-channel" (func $drop-outgoing (param i32)))
  (import "wrpc:rpc/transport@0.1.0" "[resource-drop]incoming-channel" (func $drop-incoming (param i32)))
  (import "wrpc:rpc/transport@0.1.0" "[method]incoming-channel.data" (func $data (param i32 i32)))
  (import "wasi:io/streams@0.2.0" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.0" "[resource-drop]input-stream" (func $drop-stream (param i32)))
  ${memory}
  (data (i32.const 1024) "test:wire/hello")
  (data (i32.const 1040) "far-away")
  (func (export "test:wire/calling#call") (result i32)
    (local $incoming i32) (local $stream i32)
    (call $finish
      (call $invoke (call $context)
        (i32.const 1024) (i32.const 15) (i32.const 1040) (i32.const 8)
        (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
      (i32.const 0))
    (if (i32.load8_u (i32.const 0)) (then unreachable))
    (local.set $incoming (i32.load (i32.const 8)))
    (call $drop-outgoing (i32.load (i32.const 4)))
    (call $data (local.get $incoming) (i32.const 0))
    (local.set $stream (i32.load (i32.const 4)))
    ;; It is there once.
    (call $data (local.get $incoming) (i32.const 0))
    (if (i32.load8_u (i32.const 0)) (then unreachable))
    (call $read (local.get $stream) (i64.const 1000) (i32.const 0))
    (if (i32.load8_u (i32.const 0)) (then unreachable))
    (call $drop-stream (local.get $stream))
    (call $drop-incoming (local.get $incoming))
    (i32.store (i32.const 4) (i32.add (i32.load (i32.const 4)) (i32.const 1)))
    (i32.store (i32.const 8) (i32.sub (i32.load (i32.const 8)) (i32.const 1)))
    (i32.const 4)))`;

/** Takes and gives input streams. */
export async function pipeGuest(): Promise<Component> {
  return compile(await buildWorld(wireWit, "pipe", pipe));
}

/** Gets failures of calls as values. */
export async function askerGuest(): Promise<Component> {
  return compile(await buildWorld(wireWit, "asker", asker));
}

/** Speaks wRPC by itself. */
export async function callerGuest(): Promise<Component> {
  return compile(await buildWorld(wireWit, "caller", caller));
}
