import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Fifo } from "./fifo.ts";

test("a queue gives back what it took, in order, however pushes and shifts alternate", () => {
  const steps = fc.array(fc.integer({ min: -150, max: 150 }), { maxLength: 60 });
  fc.assert(
    fc.property(steps, (counts) => {
      const queue = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const count of counts) {
        for (let i = 0; i < count; i++) {
          queue.push(next);
          model.push(next++);
        }
        for (let i = 0; i > count; i--) assert.equal(queue.shift(), model.shift());
        assert.equal(queue.length, model.length);
      }
      queue.clear();
      assert.equal(queue.shift(), undefined);
    }),
  );
});
