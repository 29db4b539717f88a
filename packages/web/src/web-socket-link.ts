import type { LinkEvents, MessageLink } from "./message-link.ts";
import { CLOSE_ABORTED, closedEarly, notConnected, unexpectedText } from "./web-socket-failure.ts";

/** What is used of the WebSocket that browsers have, and Node too. */
export interface WebSocketLike {
  binaryType: string;
  /** 1 once it is open. */
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(data: Uint8Array | string): void;
  close(code?: number, reason?: string): void;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: (() => void) | null;
}

/** Milliseconds between two looks at what has left: there is no event for it. */
const WATCH_INTERVAL = 4;

/**
 * A WebSocket as browsers have it. It can neither be held back nor cut: what arrives while reading is paused has to be kept, and
 * breaking off means closing with a code of its own.
 */
export class WebSocketLink implements MessageLink {
  readonly handsOver = false;
  readonly #open: () => WebSocketLike;
  readonly #url: string;
  #socket: WebSocketLike | undefined;
  #events: LinkEvents | undefined;
  #isOpen = false;
  #endSent = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param open makes the socket, or gives one that has just been opened; what it throws is reported like any other failure to connect */
  constructor(open: () => WebSocketLike, url: string) {
    this.#open = open;
    this.#url = url;
  }

  get backlog(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  start(events: LinkEvents): void {
    this.#events = events;
    try {
      this.#socket = this.#open();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      queueMicrotask(() => this.#events?.lost(notConnected(this.#url, reason, error)));
      return;
    }
    const socket = this.#socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#isOpen = true;
      events.connected();
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => this.#closed(code, reason);
    if (socket.readyState === 1) {
      this.#isOpen = true;
      events.connected();
    }
  }

  send(message: Uint8Array): void {
    this.#socket?.send(message);
  }

  sendEnd(): void {
    this.#endSent = true;
    this.#socket?.send("");
    this.watch();
  }

  watch(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#look();
    }, WATCH_INTERVAL);
  }

  hold(): void {}

  release(): void {}

  taken(): void {}

  close(): void {
    this.#leave(1000);
  }

  breakOff(): void {
    this.#leave(CLOSE_ABORTED);
  }

  #look(): void {
    const { backlog } = this;
    if (this.#endSent && backlog === 0) this.#events?.endLeft();
    // It asks to be called again if that is not enough.
    else if (this.#endSent) this.watch();
    this.#events?.progressed();
  }

  #receive(data: unknown): void {
    if (data instanceof ArrayBuffer) this.#events?.received(new Uint8Array(data));
    else if (data === "") this.#events?.receivedEnd();
    else this.#events?.lost(unexpectedText(this.#url));
  }

  #closed(code: number, reason: string): void {
    const hint = "is a server listening there, and does it take WebSockets from this origin?";
    this.#events?.lost(this.#isOpen ? closedEarly(this.#url, code, reason) : notConnected(this.#url, hint));
  }

  #leave(code: number): void {
    this.#events = undefined;
    clearTimeout(this.#timer);
    const socket = this.#socket;
    if (socket === undefined) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close(code);
  }
}
