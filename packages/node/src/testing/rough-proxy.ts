import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { resetSocket } from "../reset-socket.ts";
import { SocketCare } from "../socket-care.ts";
import { type Random, seededRandom } from "./seeded-random.ts";

/** How bad a network is. */
export interface Roughness {
  /** What is decided by chance is the same for the same seed, as far as bytes come in the same portions. */
  readonly seed: number;
  /** Share of the portions behind which a connection is cut. */
  readonly cuts: number;
  /**
   * Who is shown an orderly end by half of the cuts, where the others show a reset. A server of plain wRPC takes that for
   * a caller who has said what there was to say, as nobody could tell the two apart. Default `both`.
   */
  readonly ends?: "both" | "clients";
  /** Longest delay of bytes in milliseconds. Default 50. */
  readonly delay?: number;
  /** Share of the portions that stand still for {@link stall} milliseconds, with all behind them. Default 0.02. */
  readonly stalls?: number;
  /** Milliseconds. Default 300. */
  readonly stall?: number;
}

/** A network between clients and a server, on the loopback interface. */
export interface RoughProxy extends AsyncDisposable {
  /** Where clients connect to. */
  readonly port: number;
  /** Connections that were cut so far. */
  readonly cuts: number;
  /** From now on bytes go through at once, and nothing is cut any more. */
  calm(): void;
}

/** Bytes on their way in one direction beyond which the sender is not read from. */
const HIGH_WATER_BYTES = 256 * 1024;

/**
 * Forwards to a port what connects to it, late, in other pieces than it came, with pauses; and cuts connections in the middle of
 * what they carry, half of them with a reset and half of them as if both sides had ended.
 */
export async function roughProxy(target: number, roughness: Roughness): Promise<RoughProxy> {
  const weather = new Weather(roughness);
  const open = new Set<Socket>();
  const proxy = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const server = createConnection({ host: "127.0.0.1", port: target, allowHalfOpen: true, noDelay: true });
    const pair = [client, server];
    const cut = (): void => {
      if (pair.every(({ destroyed }) => destroyed)) return;
      weather.cuts++;
      const orderly = weather.random(2) === 0;
      if (orderly) client.destroy();
      else breakOff(client);
      if (orderly && roughness.ends !== "clients") server.destroy();
      else breakOff(server);
    };
    for (const [from, to] of [pair, pair.toReversed()] as [Socket, Socket][]) {
      open.add(from);
      const care = new SocketCare(from);
      care.begin();
      from.on("error", () => breakOff(to)).on("end", () => care.peerEnded());
      from.on("close", () => {
        care.end();
        open.delete(from);
      });
      new Lane(from, to, weather, cut);
    }
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return {
    port: (proxy.address() as AddressInfo).port,
    get cuts() {
      return weather.cuts;
    },
    calm: () => {
      weather.calm = true;
    },
    [Symbol.asyncDispose]: async () => {
      proxy.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** With a reset, for which an end that is under way has to leave first. */
function breakOff(socket: Socket): void {
  if (socket.connecting || socket.destroyed) socket.destroy();
  else if (socket.writableEnded && !socket.writableFinished) socket.once("finish", () => resetSocket(socket));
  else resetSocket(socket);
}

/** What all connections of a network have in common. */
class Weather {
  calm = false;
  cuts = 0;
  readonly random: Random;
  readonly #roughness: Required<Pick<Roughness, "cuts" | "delay" | "stalls" | "stall">>;

  constructor(roughness: Roughness) {
    this.#roughness = { delay: 50, stalls: 0.02, stall: 300, ...roughness };
    this.random = seededRandom(roughness.seed);
  }

  /** Milliseconds for which the next bytes are held up. */
  delay(): number {
    if (this.calm) return 0;
    const { delay, stalls, stall } = this.#roughness;
    return this.#happens(stalls) ? stall : this.random(delay + 1);
  }

  cutsHere(): boolean {
    return !this.calm && this.#happens(this.#roughness.cuts);
  }

  /** The bytes in up to four pieces. */
  split(bytes: Uint8Array): Uint8Array[] {
    const ends = Array.from({ length: this.random(4) }, () => this.random(bytes.length)).sort((a, b) => a - b);
    return [0, ...ends].map((start, index) => bytes.subarray(start, ends[index])).filter(({ length }) => length > 0);
  }

  #happens(share: number): boolean {
    return this.random(1_000_000) < share * 1_000_000;
  }
}

/** Bytes that will arrive, or what stands in their row. */
interface Portion {
  /** When, as `performance.now()` has it. */
  readonly due: number;
  readonly bytes: number;
  readonly arrive: () => void;
}

/** One direction of a connection. What is on its way arrives in the order in which it came. */
class Lane {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #weather: Weather;
  readonly #underWay: Portion[] = [];
  #bytes = 0;
  #last = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(from: Socket, to: Socket, weather: Weather, cut: () => void) {
    this.#from = from;
    this.#to = to;
    this.#weather = weather;
    from.on("data", (bytes) => {
      for (const piece of weather.split(bytes)) this.#send(piece.length, () => void to.write(piece));
      if (weather.cutsHere()) this.#send(0, cut);
    });
    from.on("end", () => this.#send(0, () => to.end()));
    to.on("close", () => clearTimeout(this.#timer));
  }

  #send(bytes: number, arrive: () => void): void {
    this.#last = Math.max(this.#last, performance.now() + this.#weather.delay());
    this.#underWay.push({ due: this.#last, bytes, arrive });
    this.#bytes += bytes;
    if (this.#bytes > HIGH_WATER_BYTES) this.#from.pause();
    this.#schedule();
  }

  #schedule(): void {
    const [next] = this.#underWay;
    if (next === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => this.#arrive(), Math.max(0, next.due - performance.now()));
  }

  #arrive(): void {
    this.#timer = undefined;
    const now = performance.now();
    for (let next = this.#underWay[0]; next !== undefined && next.due <= now + 1; next = this.#underWay[0]) {
      if (this.#to.destroyed) return;
      this.#underWay.shift();
      this.#bytes -= next.bytes;
      next.arrive();
    }
    if (this.#to.destroyed) return;
    if (this.#bytes <= HIGH_WATER_BYTES) this.#from.resume();
    this.#schedule();
  }
}
