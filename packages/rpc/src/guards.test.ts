import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { GuardRound } from "./guards.ts";

describe("guards", () => {
  test("fire once, not before their delay", async () => {
    const round = new GuardRound(40);
    const start = performance.now();
    const fired: number[] = [];
    let over = 0;
    const begin = (): void => {
      round.add(
        () => fired.push(performance.now() - start),
        () => over++,
      );
    };
    begin();
    await sleep(15);
    begin();
    while (over < 2) await sleep(5);
    await sleep(60);
    assert.equal(fired.length, 2);
    assert.equal(over, 2);
    assert.ok((fired[0] as number) >= 40);
    assert.ok((fired[1] as number) >= 55);
  });

  test("do not fire once stopped, not even by another guard of the same sweep", async () => {
    const round = new GuardRound(20);
    const fired: string[] = [];
    const first = round.add(
      () => {
        fired.push("first");
        second.stop();
      },
      () => {},
    );
    const second = round.add(
      () => {
        fired.push("second");
        first.stop();
      },
      () => {},
    );
    const stopped = round.add(
      () => fired.push("stopped"),
      () => {},
    );
    stopped.stop();
    stopped.stop();
    await sleep(80);
    assert.equal(fired.length, 1);
    assert.ok(!fired.includes("stopped"));
  });

  test("run again after a pause", async () => {
    const round = new GuardRound(16);
    for (let turn = 0; turn < 3; turn++) {
      await new Promise<void>((resolve) => round.add(resolve, () => {}));
      round.add(assert.fail, () => {}).stop();
    }
  });
});
