import { type Lowering, Reader, underflow, Writer } from "@witwire/codec";
import type { CallContext } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { RawFunction } from "./server-function.ts";

/**
 * Runs a raw function on parameters that were decoded for interceptors, which costs what raw functions save otherwise.
 *
 * @returns the bytes of the result
 */
export function callRawWith(
  fn: RawFunction,
  params: readonly unknown[],
  context: CallContext,
): Uint8Array | Promise<Uint8Array> {
  const encoded = new Writer();
  fn.params.encode(encoded, params, noLowering);
  const writer = new Writer();
  try {
    const outcome = fn.callRaw(new Reader(encoded.take()), writer, context);
    return outcome === undefined ? writer.take() : outcome.then(() => writer.take());
  } catch (error) {
    if (error !== underflow) throw error;
    throw new RpcError("internal", "a raw function wants more bytes than its parameters have", { started: "maybe" });
  }
}

function refuse(): never {
  throw new RpcError("internal", "a raw function cannot take handles, streams or futures");
}

const noLowering: Lowering = { path: [], own: refuse, borrow: refuse, stream: refuse, future: refuse };
