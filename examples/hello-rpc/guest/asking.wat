;; The world `asking`: its host makes the call, and tells it of a failure.
(module
  (import "wrpc-examples:hello-rpc/handler" "hello" (func $hello (param i32)))
  (import "wrpc:rpc/error@0.1.0" "[method]error.to-debug-string" (func $to-debug-string (param i32 i32)))
  (import "wrpc:rpc/error@0.1.0" "[resource-drop]error" (func $drop-error (param i32)))
  (memory (export "memory") 2)

  ;; Texts are put at 4096, and there is one of them at a time.
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (if (i32.gt_u (local.get $size) (i32.const 65536)) (then unreachable))
    (i32.const 4096))

  ;; What `hello` returns at 0 is what `greet` returns, but for the error, a handle at 4 that its text takes the place of.
  (func (export "wrpc-examples:hello-rpc/greeter#greet") (result i32)
    (local $error i32)
    (call $hello (i32.const 0))
    (if (i32.load8_u (i32.const 0))
      (then
        (local.set $error (i32.load (i32.const 4)))
        (call $to-debug-string (local.get $error) (i32.const 4))
        (call $drop-error (local.get $error))))
    (i32.const 0)))
