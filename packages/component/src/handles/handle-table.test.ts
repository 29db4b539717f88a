import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Trap } from "../abi/canonical.ts";
import { CallScope } from "./call-scope.ts";
import { HandleTable } from "./handle-table.ts";

interface Resource {
  readonly name: string;
}

const bucket: Resource = { name: "bucket" };
const otherBucket: Resource = { name: "bucket" };

function makeTable(maxHandles = 100): { table: HandleTable<Resource>; counter: { handles: number } } {
  const counter = { handles: 0, limits: { maxHandles } };
  return { table: new HandleTable<Resource>(counter), counter };
}

describe("a table of handles", () => {
  test("counts from 1 and gives freed indices out again, the latest first", () => {
    const { table } = makeTable();
    const add = (): number => table.addOwn(bucket, 0);
    assert.deepEqual([add(), add(), add(), add()], [1, 2, 3, 4]);
    table.drop(bucket, 2);
    table.takeOwn(bucket, 4);
    table.drop(bucket, 1);
    assert.deepEqual([add(), add(), add(), add()], [1, 4, 2, 5]);
  });

  test("knows what is behind each handle", () => {
    const { table } = makeTable();
    const own = table.addOwn(bucket, -7);
    const borrowed = table.addBorrow(bucket, 8, new CallScope());
    assert.equal(table.rep(bucket, own), -7);
    assert.equal(table.rep(bucket, borrowed), 8);
    assert.equal(table.takeOwn(bucket, own), -7);
    assert.equal(table.drop(bucket, table.addOwn(bucket, 9)), 9);
    assert.equal(table.drop(bucket, borrowed), undefined);
  });

  test("traps for handles that it does not have", () => {
    const { table } = makeTable();
    const dropped = table.addOwn(bucket, 1);
    table.drop(bucket, dropped);
    const uses = [
      table.rep,
      table.takeOwn,
      table.drop,
      (of: Resource, at: number) => table.lend(of, at, new CallScope()),
    ];
    for (const use of uses) {
      for (const handle of [0, dropped, 2, 0xffffffff, -1, 0x7fffffff]) {
        const message = `unknown handle ${handle >>> 0} for a bucket`;
        assert.throws(() => use.call(table, bucket, handle), { name: "Trap", message });
      }
    }
  });

  test("traps for handles of another type, even one of the same name", () => {
    const { table } = makeTable();
    const handle = table.addOwn(bucket, 1);
    const message = /^Trap: handle 1 is one of a bucket, not of this bucket/;
    assert.throws(() => table.rep(otherBucket, handle), message);
    assert.throws(() => table.takeOwn(otherBucket, handle), message);
    assert.throws(() => table.drop(otherBucket, handle), message);
    assert.throws(() => table.lend(otherBucket, handle, new CallScope()), message);
    assert.equal(table.rep(bucket, handle), 1);
  });

  test("does not give away what it only borrows", () => {
    const { table } = makeTable();
    const scope = new CallScope();
    const handle = table.addBorrow(bucket, 1, scope);
    assert.throws(() => table.takeOwn(bucket, handle), /^Trap: handle 1 only borrows its bucket/);
    assert.equal(scope.borrows, 1);
  });

  test("has a limit, which all tables of an instance share", () => {
    const counter = { handles: 0, limits: { maxHandles: 2 } };
    const tables = [new HandleTable<Resource>(counter), new HandleTable<Resource>(counter)] as const;
    const handle = tables[0].addOwn(bucket, 1);
    tables[1].addOwn(bucket, 1);
    const limit = { name: "Trap", code: "resource-exhausted", message: /limit maxHandles/ };
    const scope = new CallScope();
    assert.throws(() => tables[0].addOwn(bucket, 1), limit);
    assert.throws(() => tables[1].addBorrow(bucket, 1, scope), limit);
    assert.equal(scope.borrows, 0);
    tables[0].drop(bucket, handle);
    tables[1].addOwn(bucket, 1);
    assert.equal(counter.handles, 2);
  });
});

describe("a call", () => {
  test("keeps what it lends from being dropped or given away, until it is over", () => {
    const { table } = makeTable();
    const [outer, inner] = [new CallScope(), new CallScope()];
    const handle = table.addOwn(bucket, 5);
    assert.equal(table.lend(bucket, handle, outer), 5);
    assert.equal(table.lend(bucket, handle, inner), 5);
    assert.equal(table.lend(bucket, handle, inner), 5);
    const lent = /^Trap: handle 1 of a bucket is lent to a running call and cannot be /;
    inner.returnLent();
    assert.throws(() => table.drop(bucket, handle), lent);
    assert.throws(() => table.takeOwn(bucket, handle), lent);
    assert.equal(table.rep(bucket, handle), 5);
    outer.returnLent();
    outer.returnLent();
    assert.equal(table.takeOwn(bucket, handle), 5);
  });

  test("can lend on what it borrows", () => {
    const { table } = makeTable();
    const [callee, onward] = [new CallScope(), new CallScope()];
    const handle = table.addBorrow(bucket, 5, callee);
    table.lend(bucket, handle, onward);
    assert.throws(() => table.drop(bucket, handle), Trap);
    onward.returnLent();
    table.drop(bucket, handle);
    assert.equal(callee.borrows, 0);
  });

  test("that does not take place leaves nothing behind", () => {
    const { table, counter } = makeTable();
    const scope = new CallScope();
    table.withdraw(table.addBorrow(bucket, 1, scope));
    table.withdraw(table.addOwn(bucket, 1));
    table.withdraw(1);
    assert.deepEqual([scope.borrows, counter.handles], [0, 0]);
    assert.equal(table.addOwn(bucket, 1), 1);
  });
});

test("a table does what a list of entries does, whatever is done to it", () => {
  const step = fc.record({
    action: fc.constantFrom("own", "own", "borrow", "lend", "return", "take", "drop", "rep"),
    handle: fc.integer({ min: -1, max: 8 }),
    resource: fc.constantFrom(bucket, bucket, bucket, otherBucket),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { table, counter } = makeTable(6);
      const callee = new CallScope();
      let call = new CallScope();
      const model = new Map<number, { resource: Resource; rep: number; own: boolean; lends: number }>();
      for (const [rep, { action, handle, resource }] of steps.entries()) {
        const entry = model.get(handle);
        const valid = entry !== undefined && entry.resource === resource;
        const expect = (possible: boolean, act: () => unknown, then: (outcome: unknown) => void): void => {
          if (possible) then(act());
          else assert.throws(act, Trap);
        };
        const free = valid && entry.lends === 0;
        switch (action) {
          case "own":
          case "borrow": {
            const own = action === "own";
            const add = (): unknown => (own ? table.addOwn(resource, rep) : table.addBorrow(resource, rep, callee));
            expect(model.size < 6, add, (at) => {
              assert.ok(!model.has(at as number));
              model.set(at as number, { resource, rep, own, lends: 0 });
            });
            break;
          }
          case "lend":
            expect(
              valid,
              () => table.lend(resource, handle, call),
              (found) => {
                assert.equal(found, entry?.rep);
                if (entry !== undefined) entry.lends++;
              },
            );
            break;
          case "return":
            call.returnLent();
            call = new CallScope();
            for (const each of model.values()) each.lends = 0;
            break;
          case "take":
            expect(
              free && entry.own,
              () => table.takeOwn(resource, handle),
              (found) => {
                assert.equal(found, entry?.rep);
                model.delete(handle);
              },
            );
            break;
          case "drop":
            expect(
              free,
              () => table.drop(resource, handle),
              (found) => {
                assert.equal(found, entry?.own ? entry.rep : undefined);
                model.delete(handle);
              },
            );
            break;
          case "rep":
            expect(
              valid,
              () => table.rep(resource, handle),
              (found) => assert.equal(found, entry?.rep),
            );
        }
        assert.equal(counter.handles, model.size);
        assert.equal(callee.borrows, [...model.values()].filter(({ own }) => !own).length);
      }
    }),
  );
});
