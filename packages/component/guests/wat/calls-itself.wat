;; A component that lifts a function, lowers it again and calls that: each level of the factorial leaves the component and
;; enters it anew, which staying inside the same component instance allows.
(component
  (core module $table (table (export "t") 2 funcref))
  (core instance $table (instantiate $table))
  (core module $m1
    (import "" "t" (table 2 funcref))
    (type $f (func (param i32) (result i32)))
    (func (export "fac") (param i32) (result i32)
      (if (result i32) (i32.le_u (local.get 0) (i32.const 1))
        (then (i32.const 1))
        (else (i32.mul (local.get 0)
          (call_indirect (type $f) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))))))
  (core instance $m1 (instantiate $m1 (with "" (instance $table))))
  (func $fac (param "n" u32) (result u32) (canon lift (core func $m1 "fac")))
  (core func $fac2 (canon lower (func $fac)))
  (core module $fix
    (import "" "t" (table 2 funcref))
    (import "" "f" (func $f (param i32) (result i32)))
    (elem (i32.const 0) func $f))
  (core instance (instantiate $fix (with "" (instance (export "t" (table $table "t")) (export "f" (func $fac2))))))
  (export "fac" (func $fac))
)
