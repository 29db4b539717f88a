import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { GuestExit, WitError } from "@witwire/wit/values";
import { ComponentError, ComponentExit } from "../../index.ts";
import { type CallsApi, idle, startCalls } from "./calls-guest.ts";
import type { Engine } from "./engine.ts";
import { trap } from "./memory-guest-session.ts";

const hangGuard = { timeout: 120_000 };

/** What becomes of imports that fail, guests that trap, and guests that ask to end. */
export function failureCompliance(engine: Engine): void {
  const broken = new Error("the database is gone");
  const failing: Readonly<Record<string, (n: number) => number | Promise<number>>> = {
    "throws at once": () => {
      throw broken;
    },
    "rejects at once": () => Promise.reject(broken),
    "rejects later": async () => {
      await idle();
      await idle();
      throw broken;
    },
  };

  for (const [title, step] of Object.entries(failing)) {
    describe(`an import that ${title}`, hangGuard, () => {
      for (const name of ["step", "work", "swallow", "swallowLegacy", "swallowMany", "endless"] as const) {
        test(`fails the call, whatever the guest does about it (${name})`, async () => {
          let calls = 0;
          using guest = await startCalls(engine, {
            step: (n) => {
              calls++;
              return step(n);
            },
          });
          await assert.rejects(
            guest.api[name](...(name === "work" || name === "swallowMany" ? [1, 3] : [1])),
            (error) => {
              trap(/test:calls\/host#step.*the database is gone/)(error);
              assert.equal((error as ComponentError).cause, broken);
              assert.equal((error as ComponentError).function, `test:calls/api#${wit(name)}`);
              return true;
            },
          );
          assert.equal(calls, 1, "the guest ran no further");
          assert.deepEqual(guest.notes, []);
          assert.equal(guest.instance.state, "poisoned");
          await assert.rejects(guest.api.echo(1), trap(/the database is gone/));
          const { running, queued, awaitedImports } = guest.instance.stats();
          assert.deepEqual([running, queued, awaitedImports], [0, 0, 0]);
        });
      }
    });
  }

  test("a failure shows the guest's stack", async () => {
    for (const body of [(api: CallsApi) => api.work(1, 2), (api: CallsApi) => api.trap()]) {
      using guest = await startCalls(engine, { step: failing["throws at once"] as () => number });
      await assert.rejects(body(guest.api), (error) => {
        assert.match((error as ComponentError).wasmStack ?? "", /wasm:\/\//);
        return true;
      });
    }
  });

  describe("an import that returns a result", hangGuard, () => {
    test("answers err with a WitError, which is no failure", async () => {
      using guest = await startCalls(engine, {
        checked: async (n) => {
          if (n > 10) throw new WitError(`${n} is too much`);
          return n * 2;
        },
      });
      assert.equal(await guest.api.checked(4), 8);
      await assert.rejects(guest.api.checked(11), (error) => {
        assert.ok(error instanceof WitError, String(error));
        assert.equal(error.payload, "11 is too much");
        return true;
      });
      assert.equal(guest.instance.state, "ready");
      assert.equal(await guest.api.checked(5), 10);
    });

    test("fails with any other error, and with a payload that does not fit", async () => {
      for (const error of [new Error("no"), new WitError(5), new WitError("\ud800"), "no", undefined]) {
        using guest = await startCalls(engine, {
          checked: () => {
            throw error;
          },
        });
        await assert.rejects(guest.api.checked(1), trap(/checked/));
        assert.equal(guest.instance.state, "poisoned");
      }
    });

    test("a WitError where no result is declared is a failure", async () => {
      using guest = await startCalls(engine, {
        step: () => {
          throw new WitError("no");
        },
      });
      await assert.rejects(guest.api.step(1), trap(/step/));
    });
  });

  describe("a guest that traps", hangGuard, () => {
    const traps: Readonly<Record<string, (api: CallsApi) => Promise<unknown>>> = {
      "at unreachable": (api) => api.trap(),
      "after an import": (api) => api.stepAndTrap(1),
      "by dividing by zero": (api) => api.divide(1, 0),
      "by calling itself without end": (api) => api.overflow(0),
    };
    for (const [title, body] of Object.entries(traps)) {
      test(`${title}: the call fails, the instance is lost, another one is not`, async () => {
        using other = await startCalls(engine);
        using guest = await startCalls(engine, { step: async (n) => n });
        await assert.rejects(body(guest.api), (error) => {
          trap()(error);
          assert.ok((error as ComponentError).cause instanceof Error);
          assert.match((error as ComponentError).function ?? "", /^test:calls\/api#/);
          return true;
        });
        assert.equal(guest.instance.state, "poisoned");
        await assert.rejects(guest.api.echo(1), trap());
        assert.equal(await other.api.divide(6, 3), 2);
      });
    }
  });

  describe("a guest that asks to end", hangGuard, () => {
    for (const later of [false, true]) {
      for (const name of ["step", "swallow", "swallowLegacy"] as const) {
        test(`unwinds, and takes no further call (${name}, ${later ? "after awaiting" : "at once"})`, async () => {
          const exit = new GuestExit(3);
          using guest = await startCalls(engine, {
            step: later
              ? async () => {
                  await idle();
                  throw exit;
                }
              : () => {
                  throw exit;
                },
          });
          const waiting = guest.api[name](1);
          const next = guest.api.echo(1);
          const outcomes = await Promise.allSettled([waiting, next]);
          assert.ok(outcomes[0].status === "rejected" && outcomes[0].reason instanceof ComponentExit);
          assert.equal(outcomes[0].reason.status, 3);
          assert.equal(guest.instance.state, "exited");
          assert.equal(outcomes[1]?.status, "rejected");
          await assert.rejects(guest.api.echo(1), { code: "exit" });
          assert.deepEqual(guest.notes, []);
        });
      }
    }
  });

  test("a guest whose import is a component that ends has an import that failed", async () => {
    using inner = await startCalls(engine, {
      step: async () => {
        throw new GuestExit(7);
      },
    });
    using outer = await startCalls(engine, { step: (x: number) => inner.api.step(x) });
    await assert.rejects(outer.api.step(1), (error) => {
      assert.ok(error instanceof ComponentError && error.code === "trap", String(error));
      assert.ok(error.cause instanceof ComponentExit && error.cause.status === 7);
      return true;
    });
    assert.deepEqual([inner.instance.state, outer.instance.state], ["exited", "poisoned"]);
  });

  test("a guest gets no more memory than it may have, and lives on", async () => {
    using guest = await startCalls(engine, {}, { maxMemoryBytes: 5 * 65_536 });
    assert.equal(await guest.api.grow(4), 1);
    assert.equal(await guest.api.grow(1), -1);
    assert.equal(await guest.api.grow(60_000), -1);
    assert.equal(await guest.api.grow(0), 5);
    assert.equal(guest.instance.stats().memoryBytes, 5 * 65_536);
  });

  test("arguments that do not fit are refused, and the guest never hears of them", async () => {
    using guest = await startCalls(engine);
    for (const wrong of [-1, 2 ** 32, 1.5, "1", null, undefined, 1n, {}]) {
      await assert.rejects(guest.api.echo(wrong), (error) => {
        assert.ok(error instanceof ComponentError, String(error));
        assert.equal(error.code, "invalid-argument");
        assert.match(error.message, /test:calls\/api#echo/);
        return true;
      });
    }
    assert.equal(guest.instance.state, "ready");
    assert.equal(await guest.api.echo(1), 1);
  });
}

function wit(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
