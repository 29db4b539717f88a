import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseWave, printWave, WaveError } from "./index.ts";
import { typedValue } from "./testing/random-values.ts";

const numRuns = 300;

describe("values of any type", () => {
  it("are the same after printing and reading", () => {
    fc.assert(
      fc.property(typedValue, ({ resolve, type, value }) => {
        assert.deepStrictEqual(parseWave(resolve, type, printWave(resolve, type, value)), value);
      }),
      { numRuns },
    );
  });

  it("are the same after pretty printing at any width and reading", () => {
    fc.assert(
      fc.property(typedValue, fc.integer({ min: 0, max: 60 }), ({ resolve, type, value }, width) => {
        const text = printWave(resolve, type, value, { pretty: true, width });
        assert.deepStrictEqual(parseWave(resolve, type, text), value, text);
      }),
      { numRuns },
    );
  });

  it("are read or refused with a WaveError when a character of the text is changed", () => {
    fc.assert(
      fc.property(
        typedValue,
        fc.nat(),
        fc.constantFrom(..."{}()[]:,\"'%\\-0a \n/"),
        ({ resolve, type, value }, place, character) => {
          const text = printWave(resolve, type, value);
          const at = place % (text.length + 1);
          const changed = text.slice(0, at) + character + text.slice(at + 1);
          try {
            const again = parseWave(resolve, type, changed);
            assert.deepStrictEqual(parseWave(resolve, type, printWave(resolve, type, again)), again);
          } catch (error) {
            assert.ok(error instanceof WaveError, String(error));
            assert.ok(error.offset >= 0 && error.offset <= changed.length);
          }
        },
      ),
      { numRuns },
    );
  });
});
