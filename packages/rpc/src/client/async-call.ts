import type { ValueCodec } from "@witwire/codec";
import { isRpcError, RpcError } from "../errors.ts";
import type { InvocationTransport } from "../transport/invocation.ts";
import type { HandleLifting, HandleLowering } from "../values/handles.ts";
import { IncomingValues } from "../values/incoming.ts";
import { OutgoingValues } from "../values/outgoing.ts";
import type { ResolvedCallOptions } from "./call-options.ts";
import { type AsyncValues, type CallTarget, ClientCall, type ClientSide } from "./client-call.ts";

/** Lets a client send and receive streams and futures, and resources beside its part for those. */
export const asyncValues: AsyncValues = (side, transport, target, options) =>
  new AsyncCall(side, transport, target, options);

/** A call whose values hold streams, futures or resources, in either direction. */
class AsyncCall extends ClientCall {
  /** Absent for results without them, which the root is all of. */
  readonly #incoming: IncomingValues | undefined;
  readonly #outgoing: OutgoingValues | undefined;

  constructor(side: ClientSide, transport: InvocationTransport, target: CallTarget, options: ResolvedCallOptions) {
    super(side, transport, target, options);
    const { invocation } = this;
    const { resources } = side;
    const resolve = target.contract?.resolve;
    if (target.result?.hasEffects === true) {
      this.#incoming = new IncomingValues(
        invocation,
        side.limits,
        resources?.lifting ?? noResources,
        resolve,
        () => this.receivedAll(),
        (error) => this.fail(error),
      );
    }
    if (target.params.hasEffects) {
      const outgoing = new OutgoingValues(
        invocation,
        resources?.lowering ?? noResources,
        resolve,
        () => this.sentAll(),
        (error) => this.fail(producerFailed(error)),
      );
      this.#outgoing = outgoing;
      invocation.onStop = (path) => outgoing.stopPath(path);
    }
  }

  protected override send(params: ValueCodec, args: readonly unknown[]): void {
    if (this.#outgoing === undefined) super.send(params, args);
    else this.#outgoing.sendRoot(params, args);
  }

  protected override receive(result: ValueCodec, onFailure: (error: RpcError) => void): void {
    if (this.#incoming === undefined) super.receive(result, onFailure);
    else this.#incoming.receiveRoot(result, (value) => this.succeed(value), onFailure);
  }

  protected override receivedAll(): void {
    if (this.#incoming?.cancelled === true && this.isStreaming && !this.invocation.stopsPaths) {
      // The peer may go on sending what nobody wants; plain wRPC has no other way to tell it.
      this.fail(new RpcError("cancelled", "the consumer of the result's stream has left"));
    } else super.receivedAll();
  }

  protected override stopValues(error: RpcError): void {
    this.#outgoing?.stop(error);
    this.#incoming?.fail(error);
  }
}

function producerFailed(error: unknown): RpcError {
  if (isRpcError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RpcError("cancelled", `a stream or future among the parameters failed: ${message}`, { cause: error });
}

/** For clients without resources. */
const noResources: HandleLifting & HandleLowering = {
  own: refuse,
  borrow: refuse,
  received() {},
  settle() {},
};

function refuse(resource: { readonly key: string }): never {
  throw new RpcError("unimplemented", `the value holds a ${resource.key}, which lean clients cannot: use createClient`);
}
