;; Runs of LEB128 numbers of 32 bits. leb128-kernel.ts uses it; `npx node scripts/leb128-kernel.ts` assembles it
;; into leb128-kernel-binary.ts.
;;
;; Numbers lie from address 0 on, 16,384 of them at most, and their bytes from address 65,536 on: 81,920 of them at most, and
;; one behind them that a number of three bytes may write to, since four are written at a time. How many bytes were read is
;; left at address 147,460.
;;
;; $signed is 0 for unsigned numbers and -1 for signed ones.
(module
  (memory (export "memory") 3 3)

  ;; Writes numbers 0 to $count - 1. Answers how many bytes they took.
  (func (export "write") (param $count i32) (param $signed i32) (result i32)
    (local $from i32) (local $to i32) (local $position i32) (local $value i32) (local $size i32) (local $bytes i32)
    ;; What fits into one byte, into two, three and four.
    (local $one i32) (local $two i32) (local $three i32) (local $four i32)
    (local $lastBits i32)
    (local.set $to (i32.shl (local.get $count) (i32.const 2)))
    (local.set $position (i32.const 65536))
    (local.set $one (i32.shr_u (i32.const 0x80) (i32.and (local.get $signed) (i32.const 1))))
    (local.set $two (i32.shl (local.get $one) (i32.const 7)))
    (local.set $three (i32.shl (local.get $one) (i32.const 14)))
    (local.set $four (i32.shl (local.get $one) (i32.const 21)))
    (local.set $lastBits (i32.or (i32.const 0x0f) (i32.and (local.get $signed) (i32.const 0x70))))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $from) (local.get $to)))
        (local.set $value (i32.load (local.get $from)))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        ;; A negative number takes as many bytes as its complement.
        (local.set $size
          (i32.xor
            (local.get $value)
            (i32.and (i32.shr_s (local.get $value) (i32.const 31)) (local.get $signed))))
        (if (i32.lt_u (local.get $size) (local.get $one))
          (then
            (i32.store8 (local.get $position) (i32.and (local.get $value) (i32.const 0x7f)))
            (local.set $position (i32.add (local.get $position) (i32.const 1)))
            (br $next)))
        (local.set $bytes
          (i32.or
            (i32.and (local.get $value) (i32.const 0x7f))
            (i32.and (i32.shl (local.get $value) (i32.const 1)) (i32.const 0x7f00))))
        (if (i32.lt_u (local.get $size) (local.get $two))
          (then
            (i32.store16 (local.get $position) (i32.or (local.get $bytes) (i32.const 0x80)))
            (local.set $position (i32.add (local.get $position) (i32.const 2)))
            (br $next)))
        ;; The byte behind a number of three is written over by the next one.
        (local.set $bytes
          (i32.or
            (local.get $bytes)
            (i32.or
              (i32.and (i32.shl (local.get $value) (i32.const 2)) (i32.const 0x7f0000))
              (i32.and (i32.shl (local.get $value) (i32.const 3)) (i32.const 0x7f000000)))))
        (if (i32.lt_u (local.get $size) (local.get $three))
          (then
            (i32.store (local.get $position) (i32.or (local.get $bytes) (i32.const 0x8080)))
            (local.set $position (i32.add (local.get $position) (i32.const 3)))
            (br $next)))
        (if (i32.lt_u (local.get $size) (local.get $four))
          (then
            (i32.store (local.get $position) (i32.or (local.get $bytes) (i32.const 0x808080)))
            (local.set $position (i32.add (local.get $position) (i32.const 4)))
            (br $next)))
        (i32.store (local.get $position) (i32.or (local.get $bytes) (i32.const 0x80808080)))
        (i32.store8 offset=4
          (local.get $position)
          (i32.and (i32.shr_s (local.get $value) (i32.const 28)) (local.get $lastBits)))
        (local.set $position (i32.add (local.get $position) (i32.const 5)))
        (br $next)))
    (i32.sub (local.get $position) (i32.const 65536)))

  ;; Reads numbers $from to $to - 1, as far as the longest one would still be within $length bytes, and up to one with bits
  ;; beyond its width. Answers the index reached.
  (func (export "read") (param $from i32) (param $to i32) (param $length i32) (param $signed i32) (result i32)
    (local $position i32) (local $safe i32) (local $bytes i32) (local $value i32) (local $last i32)
    ;; Bits above those that a signed number of one to four bytes has; shifting there and back extends its sign.
    (local $one i32) (local $two i32) (local $three i32) (local $four i32)
    ;; Half the range of the four bits that the last byte of a full number carries, where they have a sign.
    (local $half i32)
    (local.set $one (i32.and (local.get $signed) (i32.const 25)))
    (local.set $two (i32.and (local.get $signed) (i32.const 18)))
    (local.set $three (i32.and (local.get $signed) (i32.const 11)))
    (local.set $four (i32.and (local.get $signed) (i32.const 4)))
    (local.set $half (i32.and (local.get $signed) (i32.const 8)))
    (local.set $from (i32.shl (local.get $from) (i32.const 2)))
    (local.set $to (i32.shl (local.get $to) (i32.const 2)))
    (local.set $position (i32.const 65536))
    (local.set $safe (i32.add (local.get $length) (i32.const 65531)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $from) (local.get $to)))
        (br_if $done (i32.gt_u (local.get $position) (local.get $safe)))
        (local.set $bytes (i32.load (local.get $position)))
        (local.set $value (i32.and (local.get $bytes) (i32.const 0x7f)))
        (if (i32.eqz (i32.and (local.get $bytes) (i32.const 0x80)))
          (then
            (i32.store
              (local.get $from)
              (i32.shr_s (i32.shl (local.get $value) (local.get $one)) (local.get $one)))
            (local.set $from (i32.add (local.get $from) (i32.const 4)))
            (local.set $position (i32.add (local.get $position) (i32.const 1)))
            (br $next)))
        (local.set $value
          (i32.or (local.get $value) (i32.and (i32.shr_u (local.get $bytes) (i32.const 1)) (i32.const 0x3f80))))
        (if (i32.eqz (i32.and (local.get $bytes) (i32.const 0x8000)))
          (then
            (i32.store
              (local.get $from)
              (i32.shr_s (i32.shl (local.get $value) (local.get $two)) (local.get $two)))
            (local.set $from (i32.add (local.get $from) (i32.const 4)))
            (local.set $position (i32.add (local.get $position) (i32.const 2)))
            (br $next)))
        (local.set $value
          (i32.or (local.get $value) (i32.and (i32.shr_u (local.get $bytes) (i32.const 2)) (i32.const 0x1fc000))))
        (if (i32.eqz (i32.and (local.get $bytes) (i32.const 0x800000)))
          (then
            (i32.store
              (local.get $from)
              (i32.shr_s (i32.shl (local.get $value) (local.get $three)) (local.get $three)))
            (local.set $from (i32.add (local.get $from) (i32.const 4)))
            (local.set $position (i32.add (local.get $position) (i32.const 3)))
            (br $next)))
        (local.set $value
          (i32.or (local.get $value) (i32.and (i32.shr_u (local.get $bytes) (i32.const 3)) (i32.const 0xfe00000))))
        (if (i32.ge_s (local.get $bytes) (i32.const 0))
          (then
            (i32.store
              (local.get $from)
              (i32.shr_s (i32.shl (local.get $value) (local.get $four)) (local.get $four)))
            (local.set $from (i32.add (local.get $from) (i32.const 4)))
            (local.set $position (i32.add (local.get $position) (i32.const 4)))
            (br $next)))
        (local.set $last (i32.load8_u offset=4 (local.get $position)))
        ;; What is above its bits has to extend their sign, and vanishes where half of their range is added.
        (br_if $done
          (i32.ge_u
            (i32.or
              (i32.and (i32.add (local.get $last) (local.get $half)) (i32.const 0x7f))
              (i32.and (local.get $last) (i32.const 0x80)))
            (i32.const 16)))
        (i32.store (local.get $from) (i32.or (local.get $value) (i32.shl (local.get $last) (i32.const 28))))
        (local.set $from (i32.add (local.get $from) (i32.const 4)))
        (local.set $position (i32.add (local.get $position) (i32.const 5)))
        (br $next)))
    (i32.store (i32.const 147460) (i32.sub (local.get $position) (i32.const 65536)))
    (i32.shr_u (local.get $from) (i32.const 2))))
