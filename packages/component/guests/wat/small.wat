;; A small component with a bit of everything: an import, a resource, a string, a nested component. No loops, so that no
;; change of a byte can make it run for ever.
(component
  (import "test:small/host" (instance $host
    (export "double" (func (param "n" u32) (result u32)))))
  (alias export $host "double" (func $double))

  (core module $memory
    (memory (export "memory") 1)
    (global $top (mut i32) (i32.const 1024))
    (func (export "realloc") (param $old i32) (param $had i32) (param $align i32) (param $size i32) (result i32)
      (memory.copy (global.get $top) (local.get $old)
        (select (local.get $had) (local.get $size) (i32.lt_u (local.get $had) (local.get $size))))
      (global.get $top)
      (global.set $top (i32.add (global.get $top) (local.get $size)))))
  (core instance $m (instantiate $memory))
  (alias core export $m "memory" (core memory $mem))
  (alias core export $m "realloc" (core func $realloc))
  (core func $double-core (canon lower (func $double)))

  (type $counter (resource (rep i32)))
  (core func $counter-new (canon resource.new $counter))

  (core module $main
    (import "host" "double" (func $double (param i32) (result i32)))
    (import "host" "new" (func $new (param i32) (result i32)))
    (import "m" "memory" (memory 1))
    (func (export "double") (param i32) (result i32) (call $double (local.get 0)))
    (func (export "echo") (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      (i32.const 16))
    (func (export "new") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "get") (param i32) (result i32) (local.get 0)))
  (core instance $c (instantiate $main
    (with "host" (instance (export "double" (func $double-core)) (export "new" (func $counter-new))))
    (with "m" (instance $m))))

  (func $double-lifted (param "n" u32) (result u32) (canon lift (core func $c "double")))
  (func $echo (param "text" string) (result string)
    (canon lift (core func $c "echo") (memory $mem) (realloc $realloc)))
  (func $new (param "n" u32) (result (own $counter)) (canon lift (core func $c "new")))
  (func $get (param "self" (borrow $counter)) (result u32) (canon lift (core func $c "get")))

  (component $api
    (import "double" (func $double (param "n" u32) (result u32)))
    (import "echo" (func $echo (param "text" string) (result string)))
    (import "counter" (type $counter (sub resource)))
    (import "new" (func $new (param "n" u32) (result (own $counter))))
    (import "get" (func $get (param "self" (borrow $counter)) (result u32)))
    (export $exported "counter" (type $counter))
    (export "double" (func $double))
    (export "echo" (func $echo))
    (export "[constructor]counter" (func $new) (func (param "n" u32) (result (own $exported))))
    (export "[method]counter.get" (func $get) (func (param "self" (borrow $exported)) (result u32))))
  (instance $out (instantiate $api
    (with "double" (func $double-lifted))
    (with "echo" (func $echo))
    (with "counter" (type $counter))
    (with "new" (func $new))
    (with "get" (func $get))))
  (export "test:small/api" (instance $out)))
