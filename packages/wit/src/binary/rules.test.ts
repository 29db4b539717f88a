/** The rules of the component model, one by one: what breaks a rule, and the nearest thing that does not. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assemble } from "../testing/assemble.ts";
import { ComponentDecodeError, decodeComponent } from "./index.ts";

/** Why a component is invalid; nothing where it is valid. */
type Rule = readonly [what: string, text: string, reason?: RegExp];

/** A core instance `$i` with a memory, an allocator and functions of several signatures. */
const core = `
  (core module $m
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "none"))
    (func (export "i32") (param i32))
    (func (export "to-i32") (result i32) unreachable)
    (func (export "i32-i32") (param i32 i32)))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  (alias core export $i "realloc" (core func $realloc))`;

const rules: Readonly<Record<string, readonly Rule[]>> = {
  "start functions of core modules": [
    ["a start function with a parameter", "(core module (func $f (param i32)) (start $f))", /start function/],
    ["a start function with a result", "(core module (func $f (result i32) unreachable) (start $f))", /start function/],
    ["a start function", "(core module (func $f) (start $f))"],
  ],
  "types of values": [
    ["a list of a resource", '(import "r" (type $r (sub resource))) (type (list $r))', /not a defined type.*resource/],
    ["a list of handles", '(import "r" (type $r (sub resource))) (type (list (own $r)))'],
    ["a list of a function type", "(type $f (func)) (type (list $f))", /not a defined type.*func/],
    ["a stream of characters", "(type (stream char))", /stream<char>/],
    ["a stream of strings", "(type (stream string))"],
    ["a stream of borrows", '(import "r" (type $r (sub resource))) (type (stream (borrow $r)))', /"borrow"/],
    ["a map by floats", "(type (map f32 u8))", /keys of a map/],
    ["a map by strings", "(type (map string (list u8)))"],
    [
      "a borrow deep in a result",
      '(import "r" (type $r (sub resource))) (type (func (result (option (borrow $r)))))',
      /"borrow"/,
    ],
    [
      "two parameters of one name",
      '(type (func (param "a" u8) (param "A" u8)))',
      /"A" conflicts with previous name "a"/,
    ],
  ],
  names: [
    ["two imports of one name", '(import "a" (func)) (import "a" (func))', /"a" conflicts/],
    ["an import and an export of one name", '(import "a" (func $f)) (export "a" (func $f))'],
    ["a version that is none", '(import "a:b/c@1.x" (instance))', /semantic version/],
    ["an interface without a package", '(import "a/b" (instance))', /not the name of an interface/],
    ["an interface of a full version", '(import "a:b/c@1.2.3-rc.1+x" (instance))'],
    [
      "a static function before its resource",
      '(import "[static]r.f" (func)) (import "r" (type (sub resource)))',
      /not known in this context/,
    ],
    ["a static function after its resource", '(import "r" (type (sub resource))) (import "[static]r.f" (func))'],
    [
      "a method of another resource",
      '(import "r" (type $r (sub resource))) (import "s" (type (sub resource))) (import "[method]s.f" (func (param "self" (borrow $r))))',
      /about "r"/,
    ],
    [
      "a method that owns itself",
      '(import "r" (type $r (sub resource))) (import "[method]r.f" (func (param "self" (own $r))))',
      /\(borrow \$T\)/,
    ],
    [
      "a method named like its resource",
      '(import "r" (type $r (sub resource))) (import "[method]r.r" (func (param "self" (borrow $r))))',
      /conflicts with previous name "r"/,
    ],
    [
      "a constructor that can fail",
      '(import "r" (type $r (sub resource))) (import "[constructor]r" (func (result (result (own $r)))))',
    ],
    [
      "a constructor of a list",
      '(import "r" (type $r (sub resource))) (import "[constructor]r" (func (result (list (own $r)))))',
      /should return \(own \$T\)/,
    ],
    ["a constructor that is an instance", '(import "[constructor]r" (instance))', /only a function can have it/],
  ],
  visibility: [
    [
      "a function of an unnamed record",
      '(type $r (record (field "x" u8))) (import "f" (func (param "r" $r)))',
      /gives a name to/,
    ],
    [
      "a function of a named record",
      '(type $r (record (field "x" u8))) (import "r" (type $s (eq $r))) (import "f" (func (param "r" $s)))',
    ],
    ["a function of an unnamed tuple", '(type $t (tuple u8 string)) (import "f" (func (param "t" $t)))'],
    [
      "an import of an exported type",
      '(type $r (resource (rep i32))) (export $s "r" (type $r)) (import "f" (func (param "r" (own $s))))',
      /not valid to be used as import/,
    ],
    [
      "an export of a hidden resource",
      `${core} (type $r (resource (rep i32))) (func $f (param "r" (own $r)) (canon lift (core func $i "i32"))) (export "f" (func $f))`,
      /not valid to be used as export/,
    ],
    [
      "an export of a resource that came back under its name",
      `(type $r (resource (rep i32))) (export $s "r" (type $r))
      (component $c (import "t" (type $t (sub resource))) (import "f" (func $f (param "r" (own $t)))) (export "f" (func $f)))
      ${core} (func $f (param "r" (own $s)) (canon lift (core func $i "i32")))
      (instance $c (instantiate $c (with "t" (type $s)) (with "f" (func $f)))) (alias export $c "f" (func $g)) (export "f" (func $g))`,
    ],
    [
      "an export of a resource shown",
      `${core} (type $r (resource (rep i32))) (export $s "r" (type $r)) (func $f (param "r" (own $s)) (canon lift (core func $i "i32"))) (export "f" (func $f))`,
    ],
  ],
  "resources and aliases": [
    [
      "a resource in an instance type",
      "(type (instance (type (resource (rep i32)))))",
      /only be defined within a concrete component/,
    ],
    ["a resource represented by a float", "(type (resource (rep f32)))", /only be represented by "i32"/],
    [
      "a destructor of no parameters",
      `${core} (alias core export $i "none" (core func $d)) (type (resource (rep i32) (dtor (core func $d))))`,
      /wrong signature for a destructor/,
    ],
    [
      "a destructor",
      `${core} (alias core export $i "i32" (core func $d)) (type (resource (rep i32) (dtor (core func $d))))`,
    ],
    [
      "making an imported resource",
      '(import "r" (type $r (sub resource))) (core func (canon resource.new $r))',
      /not a local resource/,
    ],
    ["dropping an imported resource", '(import "r" (type $r (sub resource))) (core func (canon resource.drop $r))'],
    [
      "dropping a record",
      '(type $r (record (field "x" u8))) (core func (canon resource.drop $r))',
      /not a resource type/,
    ],
    ["an export that does not exist", '(import "i" (instance $i)) (alias export $i "f" (func))', /no export named "f"/],
    [
      "an export of another sort",
      '(import "i" (instance $i (export "f" (func)))) (alias export $i "f" (instance))',
      /not an instance, it is a function/,
    ],
    ["a type of the component around", "(type $t (list u8)) (component (alias outer 1 $t (type)))"],
    ["a scope that does not exist", "(component (alias outer 5 0 (type)))", /outer alias count of 5/],
    ["a function of the component around", "(type (instance (alias outer 1 0 (type))))", /type index out of bounds/],
  ],
  instantiation: [
    ["without an argument", '(component $c (import "f" (func))) (instance (instantiate $c))', /import "f" is missing/],
    [
      "with an argument of another sort",
      '(component $c (import "f" (func))) (import "i" (instance $i)) (instance (instantiate $c (with "f" (instance $i))))',
      /expected a function, found an instance/,
    ],
    [
      "with more than is needed",
      '(component $c) (import "f" (func $f)) (instance (instantiate $c (with "g" (func $f))))',
    ],
    [
      "with an argument twice",
      '(component $c (import "f" (func))) (import "f" (func $f)) (instance (instantiate $c (with "f" (func $f)) (with "f" (func $f))))',
      /conflicts with previous argument/,
    ],
    [
      "with an instance that has more",
      '(component $c (import "i" (instance (export "f" (func))))) (import "j" (instance $j (export "f" (func)) (export "g" (func)))) (instance (instantiate $c (with "i" (instance $j))))',
    ],
    [
      "with an instance that has less",
      '(component $c (import "i" (instance (export "f" (func)) (export "g" (func))))) (import "j" (instance $j (export "f" (func)))) (instance (instantiate $c (with "i" (instance $j))))',
      /type mismatch in import "i": the export "g" is missing/,
    ],
    [
      "with a function of another result",
      '(component $c (import "f" (func (result u8)))) (import "g" (func $g (result u16))) (instance (instantiate $c (with "f" (func $g))))',
      /import "f", result: expected u8, found u16/,
    ],
    [
      "with an async function",
      '(component $c (import "f" (func))) (import "g" (func $g async)) (instance (instantiate $c (with "f" (func $g))))',
      /expected sync function/,
    ],
    [
      "with another resource",
      `(component $c (import "r" (type $r (sub resource))) (import "f" (func (param "r" (own $r)))))
      (import "r" (type $r (sub resource))) (import "s" (type $s (sub resource))) (import "f" (func $f (param "r" (own $r))))
      (instance (instantiate $c (with "r" (type $s)) (with "f" (func $f))))`,
      /resource types are not the same/,
    ],
    [
      "with the same resource",
      `(component $c (import "r" (type $r (sub resource))) (import "f" (func (param "r" (own $r)))))
      (import "r" (type $r (sub resource))) (import "f" (func $f (param "r" (own $r))))
      (instance (instantiate $c (with "r" (type $r)) (with "f" (func $f))))`,
    ],
    [
      "with a component that needs more",
      '(component $c (import "d" (component))) (component $d (import "f" (func))) (instance (instantiate $c (with "d" (component $d))))',
      /import "f" is missing/,
    ],
    [
      "with a component that offers more",
      '(component $c (import "d" (component (import "f" (func))))) (component $d (import "f" (func $f)) (export "g" (func $f))) (instance (instantiate $c (with "d" (component $d))))',
    ],
    [
      "of one component twice, whose resources differ",
      `(component $c (type $r (resource (rep i32))) (export "r" (type $r)))
      (component $d (import "r" (type $r (sub resource))) (import "s" (type (eq $r))))
      (instance $a (instantiate $c)) (instance $b (instantiate $c))
      (instance (instantiate $d (with "r" (type $a "r")) (with "s" (type $b "r"))))`,
      /resource types are not the same/,
    ],
  ],
  "core modules": [
    [
      "a missing instance",
      '(core module $m (import "a" "f" (func))) (core instance (instantiate $m))',
      /argument named "a"/,
    ],
    [
      "a function of another signature",
      '(core module $m (import "a" "f" (func (param i32)))) (core module $n (func (export "f"))) (core instance $n (instantiate $n)) (core instance (instantiate $m (with "a" (instance $n))))',
      /expected \(i32\) -> \(\), found \(\) -> \(\)/,
    ],
    [
      "a memory that is too small",
      '(core module $m (import "a" "m" (memory 2))) (core module $n (memory (export "m") 1)) (core instance $n (instantiate $n)) (core instance (instantiate $m (with "a" (instance $n))))',
      /at least 2, found 1/,
    ],
    [
      "a global that is constant",
      '(core module $m (import "a" "g" (global (mut i32)))) (core module $n (global (export "g") i32 i32.const 0)) (core instance $n (instantiate $n)) (core instance (instantiate $m (with "a" (instance $n))))',
      /expected a mutable global of i32, found a constant/,
    ],
    [
      "a table of functions",
      '(core module $m (import "a" "t" (table 1 funcref))) (core module $n (table (export "t") 1 10 funcref)) (core instance $n (instantiate $n)) (core instance (instantiate $m (with "a" (instance $n))))',
    ],
    [
      "a module type",
      '(core type $t (module (import "a" "f" (func)) (export "g" (global i64)))) (import "m" (core module (type $t)))',
    ],
    ["an export twice", '(core type (module (export "f" (func)) (export "f" (func))))', /"f" already defined/],
  ],
  "canonical options": [
    [
      "a lift with another signature",
      `${core} (func (param "x" u8) (canon lift (core func $i "none")))`,
      /do not match parameter types/,
    ],
    [
      "a lift of a string without memory",
      `${core} (func (param "x" string) (canon lift (core func $i "i32-i32")))`,
      /"memory" is required/,
    ],
    [
      "a lift of a string without an allocator",
      `${core} (func (param "x" string) (canon lift (core func $i "i32-i32") (memory $memory)))`,
      /"realloc" is required/,
    ],
    [
      "a lift of a string",
      `${core} (func (param "x" string) (canon lift (core func $i "i32-i32") (memory $memory) (realloc $realloc)))`,
    ],
    [
      "a lift that returns a string by address",
      `${core} (func (result string) (canon lift (core func $i "to-i32") (memory $memory)))`,
    ],
    [
      "a post-return of another signature",
      `${core} (func (result string) (canon lift (core func $i "to-i32") (memory $memory) (post-return (core func $i "none"))))`,
      /"post-return" uses a core function with an incorrect signature/,
    ],
    [
      "a post-return",
      `${core} (func (result string) (canon lift (core func $i "to-i32") (memory $memory) (post-return (core func $i "i32"))))`,
    ],
    [
      "a lower with post-return",
      `${core} (import "f" (func $f)) (core func (canon lower (func $f) (post-return (core func $i "none"))))`,
      /cannot be specified for lowerings/,
    ],
    [
      "a lower of a string result without an allocator",
      `${core} (import "f" (func $f (result string))) (core func (canon lower (func $f) (memory $memory)))`,
      /"realloc" is required/,
    ],
    [
      "an allocator of another signature",
      `${core} (import "f" (func $f (result string))) (core func (canon lower (func $f) (memory $memory) (realloc (core func $i "none"))))`,
      /"realloc" uses a core function with an incorrect signature/,
    ],
    [
      "an option twice",
      `${core} (import "f" (func $f)) (core func (canon lower (func $f) (memory $memory) (memory $memory)))`,
      /more than once/,
    ],
    [
      "two encodings",
      `${core} (import "f" (func $f)) (core func (canon lower (func $f) string-encoding=utf8 string-encoding=utf16))`,
      /conflicts with option/,
    ],
    [
      "an async lift of a sync function",
      `${core} (func (canon lift (core func $i "to-i32") async (callback (core func $i "i32"))))`,
      /requires an async function type/,
    ],
    [
      "a callback without async",
      `${core} (func (canon lift (core func $i "none") (callback (core func $i "i32"))))`,
      /callback without async/,
    ],
    [
      "17 parameters",
      `${core} (type $t (tuple u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8 u8)) (func (param "t" $t) (canon lift (core func $i "i32") (memory $memory) (realloc $realloc)))`,
    ],
  ],
  exports: [
    [
      "a function under a type that it does not have",
      `${core} (func $f (canon lift (core func $i "none"))) (export "f" (func $f) (func (param "x" u8)))`,
      /ascribed type of export.*expected 1 parameters, found 0/,
    ],
    [
      "an instance under a type that has less",
      '(import "i" (instance $i (export "f" (func)) (export "g" (func)))) (export "j" (instance $i) (instance (export "f" (func))))',
    ],
    ["a resource that becomes abstract", '(type $r (resource (rep i32))) (export "r" (type $r) (type (sub resource)))'],
    [
      "a type twice under names of its own",
      '(type $r (record (field "x" u8))) (export "a" (type $r)) (export "b" (type $r))',
    ],
  ],
};

const all = Object.values(rules).flat();
const assembled = assemble(all.map(([, text]) => `(component ${text})`));

for (const [group, cases] of Object.entries(rules)) {
  describe(group, () => {
    for (const rule of cases) {
      const [what, , reason] = rule;
      const bytes = assembled[all.indexOf(rule)] ?? new Uint8Array();
      test(`${reason === undefined ? "may" : "may not"} have ${what}`, () => {
        if (reason === undefined) {
          decodeComponent(bytes);
          return;
        }
        assert.throws(
          () => decodeComponent(bytes),
          (error: unknown) => {
            assert.ok(error instanceof ComponentDecodeError, String(error));
            assert.equal(error.kind, "invalid", error.message);
            assert.match(error.message, reason);
            return true;
          },
        );
      });
    }
  });
}
