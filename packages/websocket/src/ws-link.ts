import { RpcError } from "@witwire/rpc";
import { closedEarly, type LinkEvents, type MessageLink, notConnected, unexpectedText } from "@witwire/web/internal";
import type { RawData, WebSocket } from "ws";

/** Pings are answered only while no more than so many bytes wait to leave, so that a flood of them costs no memory. */
const MAX_PONG_BACKLOG = 64 * 1024;

/** A WebSocket of `ws`, accepted or opened. Unlike one in a browser it can be held back, and cut. */
export class WsLink implements MessageLink {
  readonly handsOver = false;
  readonly #socket: WebSocket;
  readonly #where: string;
  #events: LinkEvents | undefined;
  #isOpen: boolean;
  /** This side has said with a code of its own why it closes. */
  #isClosing = false;
  readonly #onSent = (): void => this.#events?.progressed();

  /** @param where whom to name in errors */
  constructor(socket: WebSocket, where: string) {
    this.#socket = socket;
    this.#where = where;
    this.#isOpen = socket.readyState === socket.OPEN;
    // From now on, since an error that nobody listens for would end the process.
    socket.on("error", (error) => this.#failed(error));
  }

  get backlog(): number {
    return this.#socket.bufferedAmount;
  }

  start(events: LinkEvents): void {
    this.#events = events;
    const socket = this.#socket;
    socket.on("open", () => {
      this.#isOpen = true;
      this.#events?.connected();
    });
    socket.on("unexpected-response", (request, response) => {
      this.#events?.lost(refused(this.#where, response.statusCode ?? 0));
      request.destroy();
    });
    socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
    socket.on("ping", (data) => {
      if (socket.readyState === socket.OPEN && socket.bufferedAmount <= MAX_PONG_BACKLOG) socket.pong(data);
    });
    socket.on("close", (code, reason) => this.#closed(code, reason.toString()));
    if (this.#isOpen) events.connected();
  }

  send(message: Uint8Array): void {
    this.#socket.send(message, this.#onSent);
  }

  sendEnd(): void {
    // Where it fails the socket is about to close.
    this.#socket.send("", (error) => {
      if (!error) this.#events?.endLeft();
    });
  }

  watch(): void {}

  hold(): void {
    this.#socket.pause();
  }

  release(): void {
    this.#socket.resume();
  }

  taken(): void {}

  close(): void {
    this.#events = undefined;
    this.#socket.resume();
    this.#socket.close(1000);
  }

  breakOff(): void {
    this.#events = undefined;
    if (this.#isClosing) return;
    this.#socket.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    const bytes = data as Buffer;
    if (isBinary) this.#events?.received(new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length));
    else if (bytes.length === 0) this.#events?.receivedEnd();
    else this.#refuseText();
  }

  #refuseText(): void {
    this.#isClosing = true;
    this.#socket.resume();
    this.#socket.close(1003, "only binary messages, and an empty text as end");
    this.#events?.lost(unexpectedText(this.#where));
  }

  /** A fault of the peer against the WebSocket protocol, of which `ws` tells it by closing; or the system's word. */
  #failed(error: Error): void {
    const code = "code" in error ? String(error.code) : "";
    if (!this.#isOpen) this.#events?.lost(notConnected(this.#where, explain(error, code), error));
    else if (code.startsWith("WS_ERR_")) {
      this.#isClosing = true;
      this.#socket.resume();
      const tooLarge = code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" || code.startsWith("WS_ERR_TOO_MANY_");
      const limit = tooLarge ? " (option maxMessageBytes)" : "";
      this.#events?.lost(
        new RpcError(
          tooLarge ? "resource-exhausted" : "protocol",
          `the peer at ${this.#where} broke the WebSocket protocol or a limit of it: ${error.message}${limit}`,
          { cause: error },
        ),
      );
    } else
      this.#events?.lost(new RpcError("unknown", `the connection to ${this.#where} broke (${code})`, { cause: error }));
  }

  #closed(code: number, reason: string): void {
    this.#events?.lost(closedEarly(this.#where, code, reason));
  }
}

/** The server answered the request with something else than a WebSocket. */
function refused(where: string, status: number): RpcError {
  const answer = `${where} answered with status ${status}`;
  if (status === 401)
    return new RpcError("unauthenticated", `${answer}: it wants to know who calls`, { started: "no" });
  if (status === 403)
    return new RpcError("permission-denied", `${answer}: it does not let this client in`, { started: "no" });
  const hint = status === 404 ? "nothing takes WebSockets on this path" : "it takes no WebSockets there, or not now";
  return notConnected(where, `${answer.slice(where.length + 1)}: ${hint}`);
}

function explain(error: Error, code: string): string {
  if (code === "ECONNREFUSED") return "is a server listening there? (ECONNREFUSED)";
  if (code === "ENOTFOUND") return "the host name cannot be resolved (ENOTFOUND)";
  const hint = hints.find(([pattern]) => pattern.test(code))?.[1];
  return code === "" ? error.message : `${error.message.trim()} (${code})${hint === undefined ? "" : `; ${hint}`}`;
}

/** What to do about the commonest faults of certificates. */
const hints: readonly (readonly [code: RegExp, hint: string])[] = [
  [/ALTNAME_INVALID$/, "use a name that the certificate has in the address, or give it with the option tls.servername"],
  [/SIGNATURE$|SELF_SIGNED|ISSUER_CERT/, "give the certificate of the server's authority with the option tls.ca"],
  [/CERTIFICATE_REQUIRED$/, "show a certificate with the options tls.cert and tls.key"],
];
