import { Stream } from "@witwire/wit/values";
import type { HealthHandler, Status } from "./generated/witwire/health/health.ts";

/** What a server says of itself when it is asked for its health. */
export interface ServerHealth {
  /**
   * Says how an instance is, or the server as a whole, whose status holds for every instance unless it is `serving`.
   *
   * @param status `undefined`: as if nothing had been said, which is `serving` for everything that is served
   * @param instance its name. Default: the server as a whole
   */
  set(status: Exclude<Status, "unknown"> | undefined, instance?: string): void;
  /** What callers are told. Default: of the server as a whole */
  check(instance?: string): Status;
}

/** The name that stands for the server as a whole. */
const WHOLE = "";

/**
 * Answers `witwire:health`.
 *
 * States: open -> ended. When it has ended everything is `draining`, and those who watch are told so and no more.
 */
export class HealthService implements ServerHealth, HealthHandler {
  readonly #serves: (instance: string) => boolean;
  readonly #said = new Map<string, Status>();
  readonly #watches = new Set<Watch>();
  #ended = false;

  /** @param serves whether there is an instance of this name */
  constructor(serves: (instance: string) => boolean) {
    this.#serves = serves;
  }

  set(status: Exclude<Status, "unknown"> | undefined, instance: string = WHOLE): void {
    if (status === undefined) this.#said.delete(instance);
    else this.#said.set(instance, status);
    this.changed();
  }

  check(instance: string = WHOLE): Status {
    const own = this.#said.get(instance);
    if (own === undefined && instance !== WHOLE && !this.#serves(instance)) return "unknown";
    if (this.#ended) return "draining";
    const whole = this.#said.get(WHOLE) ?? "serving";
    return whole === "serving" ? (own ?? whole) : whole;
  }

  watch(instance: string): Stream<Status, Status[]> {
    const watch = new Watch(
      () => this.check(instance),
      () => this.#watches.delete(watch),
    );
    if (this.#ended) watch.end();
    else this.#watches.add(watch);
    return new Stream(watch);
  }

  /** Something is served that was not before, or the other way round. */
  changed(): void {
    for (const watch of this.#watches) watch.changed();
  }

  /** The server takes no more calls. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const watch of this.#watches) watch.end();
    this.#watches.clear();
  }
}

/** One status after the other, as somebody reads them; what changes while nobody does is not kept. */
class Watch {
  readonly #check: () => Status;
  readonly #onCancel: () => void;
  #last: Status | undefined;
  #ended = false;
  #waiting: ((chunk: Status[] | undefined) => void) | undefined;

  constructor(check: () => Status, onCancel: () => void) {
    this.#check = check;
    this.#onCancel = onCancel;
  }

  next(): Status[] | undefined | Promise<Status[] | undefined> {
    const chunk = this.#take();
    if (chunk !== undefined || this.#ended) return chunk;
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  cancel(): void {
    this.#ended = true;
    this.#onCancel();
    this.#answer(undefined);
  }

  changed(): void {
    if (this.#waiting === undefined) return;
    const chunk = this.#take();
    if (chunk !== undefined) this.#answer(chunk);
  }

  end(): void {
    this.#ended = true;
    if (this.#waiting !== undefined) this.#answer(this.#take());
  }

  #take(): Status[] | undefined {
    const status = this.#check();
    if (status === this.#last) return undefined;
    this.#last = status;
    return [status];
  }

  #answer(chunk: Status[] | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(chunk);
  }
}
