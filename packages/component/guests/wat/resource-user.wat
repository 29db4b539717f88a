;; The world `user` of resources.wit: things are another component's, so borrows of them are handles here, to be dropped.
(module
  (import "test:resources/things" "[constructor]thing" (func $new (param i32) (result i32)))
  (import "test:resources/things" "[method]thing.get" (func $get (param i32) (result i32)))
  (import "test:resources/things" "[method]thing.add" (func $add (param i32 i32)))
  (import "test:resources/things" "[static]thing.sum" (func $sum (param i32 i32) (result i32)))
  (import "test:resources/things" "[resource-drop]thing" (func $drop (param i32)))
  (import "test:resources/things" "consume" (func $consume (param i32 i32) (result i32)))

  (memory (export "memory") 1)
  (global $kept (mut i32) (i32.const 0))
  ;; Lists lie at 1024; there is one at a time.
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))

  (func (export "test:resources/lending#make") (param i32) (result i32) (call $new (local.get 0)))
  (func $read (export "test:resources/lending#read") (param i32) (result i32)
    (call $get (local.get 0))
    (call $drop (local.get 0)))
  (func (export "test:resources/lending#twice") (param i32) (result i32)
    (call $add (local.get 0) (call $get (local.get 0)))
    (call $read (local.get 0)))
  (func (export "test:resources/lending#take") (param i32) (result i32) (call $read (local.get 0)))
  (func (export "test:resources/lending#pass") (param i32) (result i32)
    (call $add (local.get 0) (i32.const 1))
    (local.get 0))
  ;; Adds them up while lending them, and gives them all away.
  (func (export "test:resources/lending#sum") (param i32 i32) (result i32)
    (i32.add
      (call $sum (local.get 0) (local.get 1))
      (call $consume (local.get 0) (local.get 1))))
  (func (export "test:resources/lending#keep") (param i32) (global.set $kept (local.get 0)))
  (func (export "test:resources/lending#kept") (result i32) (call $get (global.get $kept)))
  (func (export "test:resources/lending#release") (call $drop (global.get $kept)))
  (func (export "test:resources/lending#give-borrowed") (param i32) (result i32)
    (i32.store (i32.const 512) (local.get 0))
    (call $consume (i32.const 512) (i32.const 1)))
  (func (export "test:resources/lending#hold") (param i32))
  (func (export "test:resources/lending#churn") (param $times i32) (result i32)
    (local $thing i32) (local $sum i32)
    (loop $next
      (if (local.get $times)
        (then
          (local.set $thing (call $new (i32.const 2)))
          (local.set $sum (i32.add (local.get $sum) (call $get (local.get $thing))))
          (call $drop (local.get $thing))
          (local.set $times (i32.sub (local.get $times) (i32.const 1)))
          (br $next))))
    (local.get $sum))
)
