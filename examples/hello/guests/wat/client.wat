;; The world `client` of hello.wit.
(module
  (import "wrpc-examples:hello/handler" "hello" (func $hello (param i32)))
  (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $get-stdout (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
    (func $write (param i32 i32 i32 i32)))
  (import "wasi:io/streams@0.2.0" "[resource-drop]output-stream" (func $drop (param i32)))
  (memory (export "memory") 1)
  ;; One answer, and no more, lies here.
  (func (export "cabi_realloc") (param i32 i32 i32) (param $size i32) (result i32)
    (if (i32.gt_u (local.get $size) (i32.const 60000)) (then unreachable))
    (i32.const 64))

  (func (export "wasi:cli/run@0.2.0#run") (result i32)
    (local $text i32) (local $length i32) (local $stdout i32)
    (call $hello (i32.const 0))
    (local.set $text (i32.load (i32.const 0)))
    (local.set $length (i32.load (i32.const 4)))
    (i32.store8 (i32.add (local.get $text) (local.get $length)) (i32.const 10))
    (call $write
      (local.tee $stdout (call $get-stdout))
      (local.get $text) (i32.add (local.get $length) (i32.const 1))
      (i32.const 16))
    (call $drop (local.get $stdout))
    ;; The tag of the result of writing: err where that failed.
    (i32.load8_u (i32.const 16))))
