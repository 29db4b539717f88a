;; The world `invoking`: it makes the call by itself, and decodes what comes back.
(module
  (import "wrpc:rpc/context@0.1.0" "[static]context.default" (func $context (result i32)))
  (import "wrpc:rpc/invoker@0.1.0" "invoke"
    (func $invoke (param i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (import "wrpc:rpc/transport@0.1.0" "[static]invocation.finish" (func $finish (param i32 i32)))
  (import "wrpc:rpc/transport@0.1.0" "[method]incoming-channel.data" (func $data (param i32 i32)))
  (import "wrpc:rpc/transport@0.1.0" "[resource-drop]outgoing-channel" (func $drop-outgoing (param i32)))
  (import "wrpc:rpc/transport@0.1.0" "[resource-drop]incoming-channel" (func $drop-incoming (param i32)))
  (import "wrpc:rpc/error@0.1.0" "[static]error.from-io-error" (func $from-io-error (param i32 i32)))
  (import "wrpc:rpc/error@0.1.0" "[method]error.to-debug-string" (func $to-debug-string (param i32 i32)))
  (import "wrpc:rpc/error@0.1.0" "[resource-drop]error" (func $drop-error (param i32)))
  (import "wasi:io/error@0.2.0" "[method]error.to-debug-string" (func $io-to-debug-string (param i32 i32)))
  (import "wasi:io/error@0.2.0" "[resource-drop]error" (func $drop-io-error (param i32)))
  (import "wasi:io/streams@0.2.0" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.0" "[resource-drop]input-stream" (func $drop-stream (param i32)))
  (memory (export "memory") 2)
  (data (i32.const 1024) "wrpc-examples:hello-rpc/handler")
  (data (i32.const 1056) "hello")

  ;; What is received is put one after another, from 4096 on.
  (global $free (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (local $place i32)
    (local.set $place (global.get $free))
    (global.set $free (i32.add (local.get $place) (local.get $size)))
    (if (i32.gt_u (global.get $free) (i32.const 131072)) (then unreachable))
    (local.get $place))

  ;; The result is at 0: whether it is an error, and at 4 and 8 the text. What is called returns at 16.
  (func (export "wrpc-examples:hello-rpc/greeter#greet") (result i32)
    (local $incoming i32) (local $stream i32)
    (global.set $free (i32.const 4096))
    (call $finish
      (call $invoke (call $context)
        (i32.const 1024) (i32.const 31) (i32.const 1056) (i32.const 5)
        ;; no parameters, and no streams or futures in what comes back
        (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
      (i32.const 16))
    (if (i32.load8_u (i32.const 16)) (then (return (call $fail (i32.load (i32.const 20))))))
    (call $drop-outgoing (i32.load (i32.const 20)))
    (local.set $incoming (i32.load (i32.const 24)))
    (call $data (local.get $incoming) (i32.const 16))
    (local.set $stream (i32.load (i32.const 20)))
    (call $receive (local.get $stream))
    (call $drop-stream (local.get $stream))
    (call $drop-incoming (local.get $incoming))
    (i32.const 0))

  ;; A string of less than 128 bytes: its length in one byte, and itself.
  (func $receive (param $stream i32)
    (i32.store8 (i32.const 0) (i32.const 0))
    (loop $next
      (call $read (local.get $stream) (i64.const 128) (i32.const 16))
      (if (i32.load8_u (i32.const 16))
        (then
          ;; 1 is `closed`: an answer without its end.
          (if (i32.load8_u (i32.const 20)) (then unreachable))
          (call $from-io-error (i32.load (i32.const 24)) (i32.const 16))
          ;; Where that gives back the error, it can speak for itself.
          (if (i32.load8_u (i32.const 16))
            (then (call $fail-io (i32.load (i32.const 20))))
            (else (drop (call $fail (i32.load (i32.const 20))))))
          (return)))
      (br_if $next
        (i32.le_u (i32.sub (global.get $free) (i32.const 4096)) (i32.load8_u (i32.const 4096)))))
    (i32.store (i32.const 4) (i32.const 4097))
    (i32.store (i32.const 8) (i32.load8_u (i32.const 4096))))

  ;; Makes the text of an error the result.
  (func $fail (param $error i32) (result i32)
    (i32.store8 (i32.const 0) (i32.const 1))
    (call $to-debug-string (local.get $error) (i32.const 4))
    (call $drop-error (local.get $error))
    (i32.const 0))

  ;; The same for an error of a stream.
  (func $fail-io (param $error i32)
    (i32.store8 (i32.const 0) (i32.const 1))
    (call $io-to-debug-string (local.get $error) (i32.const 4))
    (call $drop-io-error (local.get $error))))
