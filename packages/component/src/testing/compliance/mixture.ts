import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ComponentError } from "../../index.ts";
import { type CallsApi, type CallsGuest, idle, startCalls } from "./calls-guest.ts";
import type { Engine } from "./engine.ts";

/** What one caller does. */
interface Step {
  readonly kind: "step" | "work" | "echo" | "swallow" | "trap";
  readonly n: number;
  /** Turns of the event loop after which the caller gives up. */
  readonly cancelAfter: number | undefined;
  /** Whether others get their turn before the next caller comes. */
  readonly pause: boolean;
}

/** How the import answers each time it is called. */
type Answer = "at once" | "soon" | "later" | "never" | "throws" | "rejects" | "calls back";

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<Step["kind"][]>("step", "step", "step", "work", "work", "echo", "echo", "swallow", "trap"),
    n: fc.nat({ max: 1_000 }),
    cancelAfter: fc.option(fc.nat({ max: 4 }), { nil: undefined, freq: 3 }),
    pause: fc.boolean(),
  }),
  { minLength: 5, maxLength: 30 },
);

const answers: fc.Arbitrary<Answer[]> = fc.array(
  fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom<Answer[]>("at once", "soon", "later") },
    { weight: 1, arbitrary: fc.constantFrom<Answer[]>("never", "throws", "rejects") },
    { weight: 1, arbitrary: fc.constant<Answer>("calls back") },
  ),
  { minLength: 10, maxLength: 40 },
);

/** Callers of all sorts at once: each learns what became of its call, and nothing stays behind. */
export function mixtureCompliance(engine: Engine): void {
  test("any mixture of calls that succeed, fail, and are given up", { timeout: 120_000 }, async () => {
    const property = fc.asyncProperty(steps, answers, async (callers, imports) => {
      const never: (() => void)[] = [];
      const next = answering(imports, never, () => guest.api);
      using guest = await startCalls(engine, { step: next }, { maxQueuedCalls: 12 });
      const outcomes: Promise<void>[] = [];
      for (const caller of callers) {
        outcomes.push(makeCall(guest, caller));
        if (caller.pause) await idle();
      }
      for (let turns = 0; turns < 400 && guest.instance.stats().running > 0; turns++) {
        await idle();
        if (turns % 20 === 19) for (const end of never.splice(0)) end();
      }
      await Promise.all(outcomes);
      const { running, queued, awaitedImports } = guest.instance.stats();
      assert.deepEqual([running, queued, awaitedImports], [0, 0, 0]);
      if (guest.instance.state === "ready") assert.equal(await guest.api.echo(7), 7);
    });
    await fc.assert(property, { numRuns: 100, seed: 20_26 });
  });
}

function answering(imports: readonly Answer[], never: (() => void)[], api: () => CallsApi) {
  let count = 0;
  return (n: number): number | Promise<number> => {
    const answer = imports[count++ % imports.length];
    switch (answer) {
      case "throws":
        throw new Error("thrown");
      case "rejects":
        return idle().then(() => Promise.reject(new Error("rejected")));
      case "soon":
        return Promise.resolve(n * 2);
      case "later":
        return idle()
          .then(idle)
          .then(() => n * 2);
      case "never":
        return new Promise((resolve) => never.push(() => resolve(n * 2)));
      case "calls back":
        return api()
          .echo(n)
          .then(
            () => assert.fail("a call from inside got in"),
            () => n * 2,
          );
      default:
        return n * 2;
    }
  };
}

async function makeCall({ api }: CallsGuest, { kind, n, cancelAfter }: Step): Promise<void> {
  const controller = new AbortController();
  const options = { signal: controller.signal };
  const call = kind === "work" ? api.work(n, 3, options) : kind === "trap" ? api.trap(options) : api[kind](n, options);
  if (cancelAfter !== undefined) abortAfter(controller, cancelAfter);
  try {
    const expected = kind === "work" ? BigInt(3 * n + 6) * 2n : kind === "echo" ? n : n * 2;
    assert.equal(await call, expected);
    assert.notEqual(kind, "trap");
  } catch (error) {
    if (!(error instanceof ComponentError)) throw error;
    if (error.code === "cancelled") assert.notEqual(cancelAfter, undefined);
    else assert.match(error.code, /^(trap|resource-exhausted)$/);
  }
}

async function abortAfter(controller: AbortController, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await idle();
  controller.abort();
}
