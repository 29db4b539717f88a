;; The world `server` of hello.wit.
(module
  (memory (export "memory") 1)
  (data (i32.const 16) "hello from WebAssembly text")
  (func (export "wrpc-examples:hello/handler#hello") (result i32)
    (i32.store (i32.const 0) (i32.const 16))
    (i32.store (i32.const 4) (i32.const 27))
    (i32.const 0)))
