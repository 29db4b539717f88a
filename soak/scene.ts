import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "@witwire/node";
import { CuttingProxy } from "./cutting-proxy.ts";
import type { Mark } from "./flatness.ts";
import { megabytes } from "./flatness.ts";
import { Lane } from "./lane.ts";
import { measureMemory } from "./memory.ts";
import type { Random } from "./random.ts";
import { SoakServer } from "./server-process.ts";

/** Milliseconds within which everything that has ended must be let go of; above the limit for lingering connections. */
const SETTLING = 20_000;

/** Garbage collections before a heap is judged. */
const ROUNDS = 12;

/**
 * The processes of a soak and the load between them: a server that stays and is judged, one that is killed again and
 * again, and a proxy in front of the first that cuts connections.
 */
export class Scene implements AsyncDisposable {
  readonly #server: SoakServer;
  readonly #mortal: SoakServer;
  readonly #proxy: CuttingProxy;
  readonly #lanes: readonly Lane[];
  readonly #random: Random;
  readonly #failed = Promise.withResolvers<never>();
  #harm: Promise<void> = Promise.resolve();
  #harming = new AbortController();
  #cuts = 0;
  #kills = 0;
  #closed = false;

  private constructor(server: SoakServer, mortal: SoakServer, proxy: CuttingProxy, random: Random) {
    this.#server = server;
    this.#mortal = mortal;
    this.#proxy = proxy;
    this.#random = random;
    this.#lanes = openLanes(server.addresses, mortal.addresses, proxy.port);
    this.#failed.promise.catch(() => {});
  }

  /** @param folder for Unix sockets */
  static async open(folder: string, random: Random): Promise<Scene> {
    const server = await SoakServer.start(["tcp://127.0.0.1:0", `unix://${join(folder, "server.sock")}`]);
    const mortal = await SoakServer.start(["tcp://127.0.0.1:0", `unix://${join(folder, "mortal.sock")}`]);
    const proxy = await CuttingProxy.start(Number(new URL(server.addresses[0] ?? "").port));
    return new Scene(server, mortal, proxy, random);
  }

  /** Begins, or goes on. */
  start(): void {
    for (const lane of this.#lanes) lane.start(this.#random, (error) => this.#failed.reject(error));
    this.#harming = new AbortController();
    this.#harm = Promise.all([this.#cutAgainAndAgain(), this.#killAgainAndAgain()]).then(
      () => {},
      (error) => this.#failed.reject(error),
    );
  }

  /** Waits for something, or for the first thing that goes wrong. */
  guard<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#failed.promise]);
  }

  /** Lets everything that is under way end. Connections stay. */
  async pause(): Promise<void> {
    await this.guard(Promise.all(this.#lanes.map((lane) => lane.pause())));
    this.#harming.abort();
    await this.guard(this.#harm);
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.guard(Promise.all(this.#lanes.map((lane) => lane.close())));
    this.#proxy.cut();
    this.#closed = true;
  }

  /** What is held now that nothing is under way. What has just ended gets some time to go away. */
  async mark(): Promise<Mark> {
    const deadline = performance.now() + SETTLING;
    for (;;) {
      const leftovers = await this.#leftovers();
      const clean = Object.values(leftovers).every((count) => count === 0);
      if (!clean && performance.now() < deadline) {
        await delay(100);
        continue;
      }
      const { memory } = await this.#server.report(ROUNDS);
      return { heaps: { client: (await measureMemory(ROUNDS)).heap, server: memory.heap }, leftovers };
    }
  }

  /** Activities so far that went as they should. */
  get done(): number {
    return this.#lanes.reduce((total, { done }) => total + done, 0);
  }

  /** A line that says how it goes. */
  async progress(): Promise<string> {
    const lost = this.#lanes.reduce((total, lane) => total + lane.lost, 0).toLocaleString("en");
    const client = await measureMemory(1);
    const { memory: server, failures } = await this.guard(this.#server.report(1));
    return [
      `${this.done.toLocaleString("en")} activities, ${lost} lost in ${this.#cuts} cuts and ${this.#kills} kills`,
      `${failures.toLocaleString("en")} calls failed`,
      `heap ${megabytes(client.heap)} + ${megabytes(server.heap)}`,
      `rss ${megabytes(client.rss)} + ${megabytes(server.rss)}`,
    ].join(", ");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#harming.abort();
    await this.#harm;
    await Promise.all([this.#server, this.#mortal, this.#proxy].map((part) => part[Symbol.asyncDispose]()));
  }

  /** What should be zero: always what belongs to calls, and what belongs to connections once those are closed. */
  async #leftovers(): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    for (const lane of this.#lanes) {
      const { connections, timers, ...rest } = lane.stats();
      const counted = this.#closed ? { connections, timers, ...rest } : rest;
      for (const [what, count] of Object.entries(counted)) found[`${what} of ${lane.name}`] = count;
    }
    const { stats, memory } = await this.#server.report(0);
    const { connections, timers, ...rest } = stats;
    const counted = this.#closed ? { connections, timers, ...rest } : rest;
    for (const [what, count] of Object.entries(counted)) found[`${what} of the server`] = count;
    found["received bytes of the server"] = memory.buffered;
    found["received bytes of the client"] = (await measureMemory(0)).buffered;
    return found;
  }

  async #cutAgainAndAgain(): Promise<void> {
    while (await this.#harmlessFor(200 + this.#random.below(1500))) this.#cuts += this.#proxy.cut();
  }

  async #killAgainAndAgain(): Promise<void> {
    while (await this.#harmlessFor(2000 + this.#random.below(4000))) {
      this.#kills++;
      await this.#mortal.killAndRestart(this.#random.below(500));
    }
  }

  /** Waits. @returns `false` when no more harm is to be done */
  async #harmlessFor(milliseconds: number): Promise<boolean> {
    await delay(milliseconds, undefined, { signal: this.#harming.signal }).catch(() => {});
    return !this.#harming.signal.aborted;
  }
}

/** Sessions and plain wRPC, each over TCP, a Unix socket, a path that is cut and a server that is killed. */
function openLanes(server: readonly string[], mortal: readonly string[], proxyPort: number): Lane[] {
  const [tcp = "", unix = ""] = server;
  const [mortalTcp = "", mortalUnix = ""] = mortal;
  const proxied = `tcp://127.0.0.1:${proxyPort}`;
  const session = { protocol: "session", workers: 4, rest: 5 } as const;
  // Each call leaves a port behind for a minute, of which there are some ten thousand.
  const plainTcp = { protocol: "plain", workers: 2, rest: 200 } as const;
  const plainUnix = { protocol: "plain", workers: 2, rest: 20 } as const;
  return [
    new Lane({ name: "tcp session", transport: connect(tcp), ...session }),
    new Lane({ name: "unix session", transport: connect(unix), ...session }),
    new Lane({ name: "tcp session that is cut", transport: connect(proxied), ...session, lossy: true }),
    new Lane({ name: "tcp session to the killed server", transport: connect(mortalTcp), ...session, lossy: true }),
    new Lane({ name: "unix session to the killed server", transport: connect(mortalUnix), ...session, lossy: true }),
    new Lane({ name: "plain tcp", transport: connect(`wrpc+${tcp}`), ...plainTcp }),
    new Lane({ name: "plain unix", transport: connect(`wrpc+${unix}`), ...plainUnix }),
    new Lane({ name: "plain tcp that is cut", transport: connect(`wrpc+${proxied}`), ...plainTcp, lossy: true }),
    new Lane({
      name: "plain unix to the killed server",
      transport: connect(`wrpc+${mortalUnix}`),
      ...plainUnix,
      lossy: true,
    }),
  ];
}
