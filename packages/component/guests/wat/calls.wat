;; The world `guest` of calls.wit.
(module
  (import "test:calls/host" "step" (func $step (param i32) (result i32)))
  (import "test:calls/host" "note" (func $note (param i32)))
  (import "test:calls/host" "checked" (func $checked (param i32 i32)))
  (memory (export "memory") 1)
  ;; The guest's own stack grows downward, as that of compiled languages does.
  (global $stack (mut i32) (i32.const 65536))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))

  (func (export "test:calls/api#echo") (param i32) (result i32) (local.get 0))

  (func $work (export "test:calls/api#work") (param $n i32) (param $levels i32) (result i64)
    (local $frame i32) (local $sum i64)
    (if (i32.eqz (local.get $levels)) (then (return (i64.const 0))))
    (global.set $stack (local.tee $frame (i32.sub (global.get $stack) (i32.const 32))))
    (i32.store (local.get $frame) (local.get $n))
    (i32.store offset=4 (local.get $frame) (local.get $levels))
    (i64.store offset=8 (local.get $frame)
      (i64.extend_i32_u (call $step (i32.add (local.get $n) (local.get $levels)))))
    (local.set $sum (call $work (local.get $n) (i32.sub (local.get $levels) (i32.const 1))))
    (if (i32.ne (i32.load (local.get $frame)) (local.get $n)) (then unreachable))
    (if (i32.ne (i32.load offset=4 (local.get $frame)) (local.get $levels)) (then unreachable))
    (if (i32.ne (global.get $stack) (local.get $frame)) (then unreachable))
    (global.set $stack (i32.add (local.get $frame) (i32.const 32)))
    (i64.add (local.get $sum) (i64.load offset=8 (local.get $frame))))

  (func (export "test:calls/api#step") (param i32) (result i32) (call $step (local.get 0)))
  (func (export "test:calls/api#note") (param i32) (call $note (local.get 0)))
  (func (export "test:calls/api#checked") (param i32) (result i32)
    (call $checked (local.get 0) (i32.const 64))
    (i32.const 64))
  (func (export "test:calls/api#trap") unreachable)
  (func (export "test:calls/api#step-and-trap") (param i32) (result i32)
    (drop (call $step (local.get 0)))
    unreachable)
  (func (export "test:calls/api#divide") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))
  (func $overflow (export "test:calls/api#overflow") (param i32) (result i32)
    (i32.add (i32.const 1) (call $overflow (i32.add (local.get 0) (i32.const 1)))))

  (func $swallow (export "test:calls/api#swallow") (param i32) (result i32)
    (block $caught
      (try_table (catch_all $caught)
        (return (call $step (local.get 0)))))
    (call $note (local.get 0))
    (i32.const 99))
  (func (export "test:calls/api#swallow-legacy") (param i32) (result i32)
    try (result i32)
      local.get 0
      call $step
    catch_all
      local.get 0
      call $note
      i32.const 99
    end)
  (func (export "test:calls/api#swallow-many") (param $n i32) (param $times i32) (result i32)
    (loop $again
      (block $caught
        (try_table (catch_all $caught) (drop (call $step (local.get $n)))))
      (local.set $times (i32.sub (local.get $times) (i32.const 1)))
      (br_if $again (local.get $times)))
    (i32.const 98))

  (func (export "test:calls/api#grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "test:calls/api#endless") (param i32) (result i32)
    (loop $again (drop (call $step (local.get 0))) (br $again))
    unreachable)
)
