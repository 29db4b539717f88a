import type { RpcErrorCode } from "../errors.ts";
import type { PlainTransportOptions } from "../framing/plain-transport.ts";
import type { Server } from "../server/create-server.ts";
import type { Duplex } from "../transport/duplex.ts";
import type { InvocationTransport } from "../transport/invocation.ts";

/** A byte stream as tests use it, to play a peer by hand. It should not be made of the code that is under test. */
export type ByteStream = Pick<Duplex, "start" | "pause" | "resume" | "write" | "end" | "abort">;

/** What an implementation of a transport gives to the tests that every transport has to pass. */
export interface Harness {
  /** In the names of tests, for example `tcp`. */
  readonly name: string;
  /** Whether a peer can tell a byte stream that was aborted from one that has ended. Unix sockets cannot. */
  readonly showsAborts: boolean;
  /** Whether what was written at once arrives at once, so that tests can count writes. */
  readonly preservesWrites: boolean;
  /**
   * Whether a client of plain wRPC that does not read makes its server wait. What a WebSocket in a browser receives cannot
   * be held back, nor can messages of NATS. Default `true`.
   */
  readonly holdsBack?: boolean;
  /** Whether `connect` speaks the session, where all calls share a connection that outlives them. Default: plain wRPC. */
  readonly session?: boolean;
  /** What a caller learns of a function that is not served, where the medium knows that and the server does not hear of it. */
  readonly unserved?: RpcErrorCode;
  /** Whether it carries metadata and the remaining time of plain wRPC's calls beside their bytes, as HTTP does. */
  readonly carriesMetadata?: boolean;
  /** Whether a byte stream is there before anything was sent on it. Streams of QUIC are not. Default `true`. */
  readonly opensSilently?: boolean;
  /** Lets clients reach a server. */
  serve(server: Server): Promise<Endpoint>;
  /** Lets clients reach the test itself. */
  acceptRaw(onStream: (stream: ByteStream) => void): Promise<Endpoint>;
}

/** Something that clients can reach until it is disposed. */
export interface Endpoint extends AsyncDisposable {
  /** A client's transport to it. */
  connect(options?: PlainTransportOptions): InvocationTransport;
  /** A byte stream to it. */
  dial(): ByteStream;
}
