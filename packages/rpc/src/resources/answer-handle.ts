import type { SessionHandle } from "../transport/call-handles.ts";
import type { InvocationTransport } from "../transport/invocation.ts";
import { encodeHandle, HandleKind, handleOf } from "./handle-number.ts";

/** A resource of the peer that a call is to answer with, and has not yet as far as this side knows. */
export class AnswerHandle implements SessionHandle {
  readonly type: string;
  readonly transport: InvocationTransport;
  readonly live = true;
  readonly signal: AbortSignal;
  readonly #call: number;

  /**
   * @param call its number on the connection
   * @param failed aborted when the call has failed, and those that need its answer with it
   */
  constructor(transport: InvocationTransport, type: string, call: number, failed: AbortSignal) {
    this.transport = transport;
    this.type = type;
    this.signal = failed;
    this.#call = call;
  }

  get bytes(): Uint8Array {
    return encodeHandle(handleOf(this.#call, HandleKind.answer));
  }

  get owner(): object {
    return this.transport;
  }
}
