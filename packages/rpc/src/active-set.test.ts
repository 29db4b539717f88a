import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Active, ActiveSet } from "./active-set.ts";

test("an active set behaves as a set does, in whatever order members come and go", () => {
  const member = fc.nat(20);
  const step = fc.record({ member, add: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const members: Active[] = Array.from({ length: 21 }, () => ({ slot: -1 }));
      const set = new ActiveSet();
      const model = new Set<Active>();
      for (const { member: index, add } of steps) {
        const chosen = members[index] as Active;
        if (add) {
          set.add(chosen);
          model.add(chosen);
        } else {
          set.delete(chosen);
          model.delete(chosen);
        }
        assert.equal(set.size, model.size);
        assert.deepEqual(new Set(set.snapshot()), model);
        assert.equal(chosen.slot >= 0, model.has(chosen));
      }
    }),
  );
});
