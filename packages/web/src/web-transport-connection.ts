import type { Limits, RpcError } from "@witwire/rpc";
import type { StreamPair } from "./stream-pair-link.ts";
import { noSession } from "./web-transport-failure.ts";

/** What is used of the WebTransport that browsers have. */
export interface WebTransportLike {
  readonly ready: Promise<unknown>;
  /** Fulfilled when it was closed, rejected when it was lost. */
  readonly closed: Promise<unknown>;
  createBidirectionalStream(): Promise<StreamPair>;
  close(): void;
}

/** What a connection is made with. */
export interface WebTransportTarget {
  readonly url: string;
  readonly limits: Limits;
  /** Begins to connect; what it throws is a failure to connect. */
  open(): WebTransportLike;
}

/** Why a browser does not connect, which it does not tell pages. */
const HINT =
  "does a server for WebTransport listen there, do firewalls let UDP through, is its certificate good (or named by " +
  "serverCertificateHashes: ECDSA, valid for 14 days at most), and does it take this path and origin?";

/** Milliseconds until a stream is tried again that was refused; twice as many the next time. */
const FIRST_RETRY = 4;
const LAST_RETRY = 1000;

/**
 * A WebTransport session and the number of its streams. One that has had streams and has none is closed: at once where it was
 * made for one stream, else after `keepaliveInterval`.
 *
 * States: connecting -> ready -> gone; connecting -> gone.
 */
export class WebTransportConnection {
  readonly #target: WebTransportTarget;
  readonly #single: boolean;
  readonly #session: Promise<WebTransportLike>;
  /** Open, and waiting to be. */
  #streams = 0;
  /** Settled when all that stand in line are through. */
  #line: Promise<void> | undefined;
  #onRelease: (() => void) | undefined;
  #isGone = false;
  #isClosing = false;
  #idle: ReturnType<typeof setTimeout> | undefined;

  /** @param single whether it ends with its first stream */
  constructor(target: WebTransportTarget, single: boolean) {
    this.#target = target;
    this.#single = single;
    this.#session = this.#connect();
    // Streams tell of it.
    this.#session.catch(() => {});
  }

  get url(): string {
    return this.#target.url;
  }

  /** Whether it takes no more streams. */
  get isOver(): boolean {
    return this.#isGone || this.#isClosing;
  }

  /**
   * Opens a stream, as soon as the peer allows one more. {@link WebTransportConnection.released} has to be called in any case.
   *
   * @param isWanted whether it still is, after waiting
   * @throws RpcError started `no`
   */
  async openStream(isWanted: () => boolean): Promise<StreamPair> {
    clearTimeout(this.#idle);
    this.#streams++;
    const session = await this.#session;
    if (this.#line === undefined) {
      const pair = await this.#tryOpening(session);
      if (pair !== undefined) return pair;
    }
    const opening = this.#openInLine(session, isWanted, this.#line);
    const over = opening.then(
      () => {},
      () => {},
    );
    this.#line = over;
    over.then(() => {
      if (this.#line === over) this.#line = undefined;
    });
    return opening;
  }

  /** A stream that was opened, or was to be, is not used any more. */
  released(): void {
    this.#streams--;
    this.#onRelease?.();
    if (this.#streams > 0) return;
    if (this.#single || this.isOver) this.#end();
    else this.#idle = setTimeout(() => this.#end(), this.#target.limits.keepaliveInterval);
  }

  /** Takes no more streams, and ends once there are none. */
  close(): void {
    this.#isClosing = true;
    if (this.#streams === 0) this.#end();
  }

  /** @returns nothing where the peer allows no more streams: Chromium does not wait then, and does not tell either */
  async #tryOpening(session: WebTransportLike): Promise<StreamPair | undefined> {
    try {
      return await session.createBidirectionalStream();
    } catch (error) {
      if (this.#isGone) throw noSession(this.url, `it was lost (${messageOf(error)})`, error);
      return undefined;
    }
  }

  /** Those that were refused try again one after the other, when others are over, and a while later when the peer has said so. */
  async #openInLine(
    session: WebTransportLike,
    isWanted: () => boolean,
    inFront: Promise<void> | undefined,
  ): Promise<StreamPair> {
    await inFront;
    let wait = FIRST_RETRY;
    while (isWanted()) {
      const pair = await this.#tryOpening(session);
      if (pair !== undefined) return pair;
      wait = (await this.#somethingReleased(wait)) ? FIRST_RETRY : Math.min(2 * wait, LAST_RETRY);
    }
    throw noSession(this.url, "the call was given up");
  }

  /** @returns whether it was within so many milliseconds */
  async #somethingReleased(wait: number): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const released = await new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), wait);
      this.#onRelease = () => resolve(true);
    });
    clearTimeout(timer);
    this.#onRelease = undefined;
    return released;
  }

  async #connect(): Promise<WebTransportLike> {
    const { headerTimeout } = this.#target.limits;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let session: WebTransportLike | undefined;
    try {
      session = this.#target.open();
      const gone = (): void => {
        this.#isGone = true;
        this.#onRelease?.();
      };
      session.closed.then(gone, gone);
      const late = new Promise<never>((_, reject) => {
        const text = `not there within ${headerTimeout} ms (limit headerTimeout)`;
        timer = setTimeout(() => reject(new Error(text)), headerTimeout);
      });
      await Promise.race([session.ready, late]);
      return session;
    } catch (error) {
      this.#isGone = true;
      session?.close();
      throw this.#notConnected(error);
    } finally {
      clearTimeout(timer);
    }
  }

  #notConnected(error: unknown): RpcError {
    return noSession(this.url, `${messageOf(error)}: ${HINT}`, error);
  }

  #end(): void {
    clearTimeout(this.#idle);
    this.#isGone = true;
    this.#session.then(
      (session) => session.close(),
      () => {},
    );
  }
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");
}
