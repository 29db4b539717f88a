import assert from "node:assert/strict";
import { test } from "node:test";
import { IdTable } from "./id-table.ts";

test("members are found by their numbers, whatever came and went before", () => {
  const table = new IdTable<{ readonly id: number }>();
  const known = new Map<number, { readonly id: number }>();
  let state = 5;
  const random = (bound: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  let next = 1;
  for (let step = 0; step < 20_000; step++) {
    // It grows to some thousands first and shrinks again later.
    if (random(10) < (step < 10_000 ? 7 : 3)) {
      const member = { id: next };
      next += 1 + random(3);
      table.add(member);
      known.set(member.id, member);
    } else {
      const gone = known.get([...known.keys()][random(Math.min(known.size, 50))] ?? 0) ?? { id: next };
      table.delete(gone);
      known.delete(gone.id);
    }
    assert.equal(table.size, known.size);
    const asked = random(next + 2);
    assert.equal(table.get(asked), known.get(asked));
  }
  assert.deepEqual(new Set(table.snapshot()), new Set(known.values()));
});

test("numbers beyond 32 bits are told apart", () => {
  const table = new IdTable<{ readonly id: number }>();
  const members = [1, 2 ** 32 + 1, 2 ** 40 + 1].map((id) => ({ id }));
  for (const member of members) table.add(member);
  for (const member of members) assert.equal(table.get(member.id), member);
  assert.equal(table.get(2 ** 33 + 1), undefined);
  for (const member of members) table.delete(member);
  assert.equal(table.size, 0);
});
