;; The world `guest` of start.wit: calls its import when it starts, and when a thing is dropped.
(module
  (import "test:start/host" "step" (func $step (param i32) (result i32)))
  (import "[export]test:start/api" "[resource-new]thing" (func $new (param i32) (result i32)))
  (memory (export "memory") 1)
  (global $told (mut i32) (i32.const 0))
  (start $start)
  (func $start (global.set $told (call $step (i32.const 1))))
  (func (export "test:start/api#[constructor]thing") (param i32) (result i32) (call $new (local.get 0)))
  (func (export "test:start/api#[dtor]thing") (param i32) (global.set $told (call $step (local.get 0))))
  (func (export "test:start/api#told") (result i32) (global.get $told))
  (func (export "test:start/api#steps") (param i32) (result i32)
    (call $step (call $step (local.get 0))))
)
