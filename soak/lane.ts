import { setTimeout as delay } from "node:timers/promises";
import { type Client, createClient, type InvocationTransport, isRpcError, type TransportStats } from "@witwire/rpc";
import { type Activity, activities } from "./activities.ts";
import { type Soak, soak } from "./contract.ts";
import type { Random } from "./random.ts";

export interface LaneOptions {
  readonly name: string;
  readonly protocol: "session" | "plain";
  readonly transport: InvocationTransport;
  /** Activities under way at the same time. */
  readonly workers: number;
  /** Milliseconds that a worker rests between two activities, at most. */
  readonly rest: number;
  /** Connections are lost on purpose here, so calls may fail for it. */
  readonly lossy?: true;
}

/** An activity that takes longer hangs. Milliseconds; no call has a longer deadline. */
const PATIENCE = 60_000;

/** Codes of calls that were under way on a connection that was lost, or that came while there was none. */
const LOST: ReadonlySet<string> = new Set(["unavailable", "unknown"]);

/** One transport under load. */
export class Lane {
  readonly name: string;
  /** Activities that went as they should. */
  done = 0;
  /** Activities that failed because their connection was lost. */
  lost = 0;
  readonly #options: LaneOptions;
  readonly #client: Client<Soak>;
  readonly #activities: readonly Activity[];
  #running: Promise<unknown> = Promise.resolve();
  #stopping = false;

  constructor(options: LaneOptions) {
    this.name = options.name;
    this.#options = options;
    this.#client = createClient<Soak>(soak, options.transport);
    this.#activities = activities.filter(
      ({ needs }) => needs === undefined || options.protocol === "session" || (needs === "handles" && !options.lossy),
    );
  }

  /** Begins, or goes on. @param fail told of the first thing that goes wrong */
  start(random: Random, fail: (error: Error) => void): void {
    this.#stopping = false;
    const workers = Array.from({ length: this.#options.workers }, () => this.#work(random).catch(fail));
    this.#running = Promise.all(workers);
  }

  /** Lets all activities end, and begins no more. */
  async pause(): Promise<void> {
    this.#stopping = true;
    await this.#running;
  }

  stats(): TransportStats {
    return this.#options.transport.stats();
  }

  close(): Promise<void> {
    return this.#options.transport.close();
  }

  async #work(random: Random): Promise<void> {
    while (!this.#stopping) {
      await this.#perform(random.pick(this.#activities), random);
      await delay(random.below(this.#options.rest + 1));
    }
  }

  async #perform(activity: Activity, random: Random): Promise<void> {
    const patience = new AbortController();
    const hung = delay(PATIENCE, undefined, { signal: patience.signal }).then(() => {
      throw new Error(`no end after ${PATIENCE / 1000} s`);
    });
    // Rejects in every case, most often once it has lost the race.
    hung.catch(() => {});
    try {
      await Promise.race([activity.run(this.#client, random), hung]);
      this.done++;
    } catch (error) {
      if (!this.#options.lossy || !isRpcError(error) || !LOST.has(error.code)) {
        throw new Error(`${activity.name} over ${this.name} went wrong: ${error}`, { cause: error });
      }
      this.lost++;
      // While there is no connection, calls fail at once.
      await delay(20);
    } finally {
      patience.abort();
    }
  }
}
