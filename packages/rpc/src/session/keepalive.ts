import type { Limits } from "../limits.ts";
import type { RunningTimer, Timers } from "../timers.ts";
import { PING_BYTES } from "./wire.ts";

/** What a {@link Keepalive} needs of its connection. */
export interface KeepaliveOwner {
  readonly timers: Timers;
  readonly limits: Pick<Limits, "keepaliveInterval" | "keepaliveTimeout">;
  sendPing(bytes: Uint8Array): void;
  /** The peer has not answered. */
  lost(): void;
}

/** A measured round trip is good for so many milliseconds. */
const FRESH = 10_000;

/**
 * Finds out whether the peer is still there, and how long the way there and back takes.
 *
 * States: quiet (bytes arrive often enough, or have not been missing for long) -> asked (a ping is under way) -> quiet, or
 * -> lost. Any bytes show that the peer lives; the answer of a ping also measures.
 */
export class Keepalive {
  readonly #owner: KeepaliveOwner;
  #heard = true;
  #awaiting = false;
  #timer: RunningTimer | undefined;
  #sequence = 0;
  #askedAt: number | undefined;
  #roundTrip: number | undefined;
  #measuredAt = Number.NEGATIVE_INFINITY;
  #stopped = false;

  constructor(owner: KeepaliveOwner) {
    this.#owner = owner;
  }

  start(): void {
    this.#watch();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.stop();
  }

  /** Bytes arrived. */
  heard(): void {
    this.#heard = true;
    if (!this.#awaiting) return;
    this.#awaiting = false;
    this.#timer?.stop();
    this.#watch();
  }

  /** Milliseconds there and back; measures them for later where they are not known, or were measured long ago. */
  roundTrip(): number | undefined {
    if (performance.now() - this.#measuredAt > FRESH) this.#ask();
    return this.#roundTrip;
  }

  answered(bytes: Uint8Array): void {
    if (this.#askedAt === undefined || bytes[PING_BYTES - 1] !== this.#sequence) return;
    this.#measuredAt = performance.now();
    this.#roundTrip = this.#measuredAt - this.#askedAt;
    this.#askedAt = undefined;
  }

  /** Looks twice per interval, so that a ping leaves no later than half an interval after it should. */
  #watch(quietTurns = 0): void {
    this.#heard = false;
    this.#timer = this.#owner.timers.start(
      this.#owner.limits.keepaliveInterval / 2,
      () => {
        if (this.#heard) this.#watch();
        else if (quietTurns === 0) this.#watch(1);
        else this.#await();
      },
      true,
    );
  }

  #await(): void {
    this.#awaiting = true;
    this.#ask();
    this.#timer = this.#owner.timers.start(this.#owner.limits.keepaliveTimeout, () => this.#owner.lost(), true);
  }

  #ask(): void {
    if (this.#askedAt !== undefined || this.#stopped) return;
    this.#askedAt = performance.now();
    this.#sequence = (this.#sequence + 1) % 256;
    const bytes = new Uint8Array(PING_BYTES);
    bytes[PING_BYTES - 1] = this.#sequence;
    this.#owner.sendPing(bytes);
  }
}
