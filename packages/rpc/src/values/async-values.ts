import type { Resolve } from "@witwire/wit/model";
import { isRpcError, RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Invocation } from "../transport/invocation.ts";
import type { HandleLifting, HandleLowering } from "./handles.ts";
import { IncomingValues } from "./incoming.ts";
import { OutgoingValues } from "./outgoing.ts";

/** What calls need whose values hold streams, futures or resources. */
export interface AsyncValues {
  /** Makes what receives. Handles are refused where it is not known what becomes of them. */
  incoming(
    invocation: Invocation,
    limits: Limits,
    handles: HandleLifting | undefined,
    resolve: Resolve | undefined,
    onDone: () => void,
    onFailure: (error: RpcError) => void,
  ): IncomingValues;
  /** Makes what sends. Resources are refused where it is not known how to make handles of them. */
  outgoing(
    invocation: Invocation,
    handles: HandleLowering | undefined,
    resolve: Resolve | undefined,
    onDone: () => void,
    onFailure: (error: RpcError) => void,
  ): OutgoingValues;
}

/** Lets a client send and receive streams and futures, and resources beside its part for those. */
export const asyncValues: AsyncValues = {
  incoming: (invocation, limits, handles = noResources, resolve, onDone, onFailure) =>
    new IncomingValues(invocation, limits, handles, resolve, onDone, onFailure),
  outgoing: (invocation, handles = noResources, resolve, onDone, onFailure) =>
    new OutgoingValues(invocation, handles, resolve, onDone, (error) => onFailure(producerFailed(error))),
};

function producerFailed(error: unknown): RpcError {
  if (isRpcError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RpcError("cancelled", `a stream or future among the parameters failed: ${message}`, { cause: error });
}

const noResources: HandleLifting & HandleLowering = {
  own: refuse,
  borrow: refuse,
  received() {},
  settle() {},
};

function refuse(resource: { readonly key: string }): never {
  throw new RpcError("unimplemented", `the value holds a ${resource.key}, which lean clients cannot: use createClient`);
}
