import { describe } from "node:test";
import type { Codec } from "../codec.ts";
import { limitTests } from "./limit-tests.ts";
import { pathTests } from "./path-tests.ts";
import { rejectionTests } from "./rejection-tests.ts";
import { roundTripTests } from "./round-trip-tests.ts";
import { streamTests } from "./stream-tests.ts";

/**
 * Registers tests with `node:test` for everything that the {@link Codec} interface promises: that values of every type come
 * back, at once and in pieces; that failures leave readers and writers alone and say where they happened; that limits
 * hold; that streams and futures are met at the right paths.
 */
export function codecCompliance(codec: Codec): void {
  describe(`codec compliance: ${codec.name}`, () => {
    describe("round trips", () => roundTripTests(codec));
    describe("rejections", () => rejectionTests(codec));
    describe("limits", () => limitTests(codec));
    describe("paths", () => pathTests(codec));
    describe("streams", () => streamTests(codec));
  });
}
