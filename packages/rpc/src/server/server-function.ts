import type { Reader, ValueCodec, Writer } from "@witwire/codec";
import type { CallContext } from "@witwire/wit/values";
import type { FunctionContract } from "../interception/interceptor.ts";

/** A function as a server runs it: on values, or on the bytes themselves. */
export type ServerFunction = ValueFunction | RawFunction;

/** Parameters are decoded before, and the result is encoded after. */
export interface ValueFunction {
  /** For interceptors, where it is known. */
  readonly contract?: FunctionContract;
  readonly params: ValueCodec;
  readonly result: ValueCodec | undefined;
  /** The result value, or a promise of it; a value that is no promise is answered in the same tick. */
  call(params: unknown[], context: CallContext): unknown;
}

/**
 * Parameters are read from their bytes and the result is written as bytes, without JavaScript values in between; for
 * functions whose types hold neither handles nor streams nor futures. On a server with interceptors the parameters are
 * decoded for them all the same; the result is a `Uint8Array` to them, which they may only pass on or replace.
 */
export interface RawFunction {
  /** For interceptors, where it is known. */
  readonly contract?: FunctionContract;
  /** Used to find the end of parameters that arrive in pieces, and to show them to interceptors. */
  readonly params: ValueCodec;
  /**
   * Reads the parameters, then acts, then writes the result.
   *
   * @throws {@link underflow} when bytes are missing, before anything was done; the call comes again with all of them
   */
  callRaw(reader: Reader, writer: Writer, context: CallContext): void | Promise<void>;
}
