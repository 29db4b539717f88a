import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";

/** Milliseconds over which they are counted. */
const PERIOD = 10_000;

/** Counts what a peer sends that does no work and yet has to be answered: pings, and calls that are refused. */
export class Futility {
  readonly #limits: Pick<Limits, "maxFutileFrames">;
  #count = 0;
  #since = 0;

  constructor(limits: Pick<Limits, "maxFutileFrames">) {
    this.#limits = limits;
  }

  /** @throws RpcError `resource-exhausted` when there are too many */
  count(): void {
    if (this.#count === 0) this.#since = performance.now();
    if (++this.#count <= this.#limits.maxFutileFrames) return;
    const now = performance.now();
    if (now - this.#since < PERIOD) {
      throw new RpcError(
        "resource-exhausted",
        `more than ${this.#limits.maxFutileFrames} pings and refused calls in ${PERIOD} ms (limit maxFutileFrames)`,
      );
    }
    this.#since = now;
    this.#count = 1;
  }
}
