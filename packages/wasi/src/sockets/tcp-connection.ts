import type { Socket } from "node:net";
import { InputPipe } from "../io/input-pipe.ts";
import { InputStream } from "../io/input-stream.ts";
import { IoError } from "../io/io-error.ts";
import { NodeReadableSource } from "../io/node-readable-source.ts";
import { NodeWritableSink } from "../io/node-writable-sink.ts";
import { OutputPipe } from "../io/output-pipe.ts";
import { OutputStream } from "../io/output-stream.ts";
import { DestinationClosed } from "../io/stream-error.ts";
import type { Scope } from "../scope.ts";
import { errorCodeOf } from "./error-code.ts";
import type { TcpOptions } from "./tcp-options.ts";

/** Milliseconds that a socket which the guest dropped may take to get rid of what was written. */
const linger = 10_000;

/** A connected TCP socket and its two streams. They belong to the socket: dropping a stream changes nothing for the peer. */
export class TcpConnection {
  readonly #scope: Scope;
  readonly #socket: Socket;
  readonly #input: InputPipe;
  readonly #output: OutputPipe;
  #receives = true;

  /** @param socket connected, `allowHalfOpen`, and with a listener for errors */
  constructor(scope: Scope, socket: Socket) {
    this.#scope = scope;
    this.#socket = socket;
    this.#input = new InputPipe(new TcpSource(socket));
    this.#output = new OutputPipe(new TcpSink(socket), scope.limits.maxBufferedBytes);
    socket.setNoDelay(true);
  }

  streams(): [InputStream, OutputStream] {
    const options = { scope: this.#scope };
    const input = new InputStream(this.#input, options, true);
    try {
      return [input, new OutputStream(this.#output, options, true)];
    } catch (error) {
      input[Symbol.dispose]();
      throw error;
    }
  }

  configure(options: TcpOptions): void {
    options.applyTo(this.#socket);
  }

  shutdown(direction: "receive" | "send" | "both"): void {
    if (direction !== "send" && this.#receives) {
      this.#receives = false;
      this.#input.close();
      // What comes from now on is taken and thrown away, so that the peer is not held up.
      this.#socket.resume();
    }
    if (direction !== "receive") this.#output.end();
  }

  /** What was written still arrives, unless that takes too long. */
  close(): void {
    const socket = this.#socket;
    this.#input.close();
    this.#output.end();
    const finish = (): void => socket.destroySoon();
    const settled = this.#output.settled();
    if (settled === undefined) finish();
    else settled.then(finish);
    if (socket.closed) return;
    const timer = setTimeout(() => socket.destroy(), linger);
    socket.once("close", () => clearTimeout(timer));
  }

  /** Fulfilled when a closed socket is gone. */
  settled(): Promise<void> | undefined {
    const socket = this.#socket;
    if (socket.closed) return undefined;
    return new Promise((resolve) => socket.once("close", () => resolve()));
  }
}

/** Says with a failure which it was. */
class TcpSource extends NodeReadableSource {
  override next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    return explained(() => super.next());
  }
}

/** As {@link TcpSource}. Ends the sending side with the pipe. */
class TcpSink extends NodeWritableSink {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super(socket);
    this.#socket = socket;
  }

  override write(bytes: Uint8Array): Promise<void> | undefined {
    return explained(() => super.write(bytes));
  }

  override flush(): Promise<void> | undefined {
    return explained(() => super.flush());
  }

  override end(): void {
    super.end();
    this.#socket.end();
  }
}

function explained<T>(action: () => T): T {
  try {
    const outcome = action();
    return outcome instanceof Promise ? (outcome.catch(fail) as T) : outcome;
  } catch (error) {
    return fail(error);
  }
}

function fail(error: unknown): never {
  if (error instanceof DestinationClosed) throw error;
  const network = errorCodeOf(error);
  throw new IoError(`the connection broke: ${network}`, { network });
}
