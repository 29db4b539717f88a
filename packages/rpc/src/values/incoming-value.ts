import type { Lifting } from "@witwire/codec";
import type { Resolve } from "@witwire/wit/model";
import type { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Invocation, Path } from "../transport/invocation.ts";
import type { PathReader } from "./path-reader.ts";

/** An asynchronous value that is being received. */
export interface IncomingValue {
  /** Whether a consumer has shown interest. */
  readonly wanted: boolean;
  /** Ends it with an error, unless it is over already. */
  fail(error: RpcError): void;
  /** Ends it without one, on behalf of a consumer that never came. */
  cancel(): void;
}

/** A {@link Lifting} whose effects wait until the value is complete. */
export interface ValueLifting extends Lifting {
  /** Whether the value holds a stream or future that goes on at the value's own path. */
  readonly sharesPath: boolean;
  /** The value is complete: what it holds counts from now on. */
  commit(): void;
}

/** What values that are being received need of the invocation that they belong to. */
export interface IncomingScope {
  readonly invocation: Invocation;
  readonly limits: Limits;
  /** Of the function's contract, where it is known. */
  readonly resolve: Resolve | undefined;
  /** A lifting for one value at a path; its streams and futures count once it is committed. */
  lifting(base: Path): ValueLifting;
  /** The bytes of a path, shared by a future and what its value holds. */
  reader(path: Path): PathReader;
  /** A value counts from now on. */
  begin(value: IncomingValue): void;
  /** A value is wanted no more, although it has not ended. */
  cancel(value: IncomingValue, reader: PathReader): void;
  /** A value has arrived. `pathFinished` unless something inside it goes on at the same path. */
  finish(value: IncomingValue, reader: PathReader, pathFinished: boolean): void;
  /** Bytes that cannot be: the call is over. */
  malformed(error: RpcError): void;
}
