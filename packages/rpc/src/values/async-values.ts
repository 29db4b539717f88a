import type { Resolve } from "@witwire/wit/model";
import { isRpcError, RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Invocation } from "../transport/invocation.ts";
import type { HandleLifting, HandleLowering } from "./handles.ts";
import { IncomingValues } from "./incoming.ts";
import { OutgoingValues } from "./outgoing.ts";

/** The call whose values they are. */
export interface ValuesOwner {
  readonly invocation: Invocation;
  readonly limits: Limits;
  /** Everything that was to be sent has been written. */
  sentAll(): void;
  /** Everything has arrived, or is wanted no more. */
  receivedAll(): void;
  fail(error: RpcError): void;
}

/** What calls need whose values hold streams, futures or resources. */
export interface AsyncValues {
  /** Makes what receives. Handles are refused where it is not known what becomes of them. */
  incoming(owner: ValuesOwner, handles: HandleLifting | undefined, resolve: Resolve | undefined): IncomingValues;
  /** Makes what sends. Resources are refused where it is not known how to make handles of them. */
  outgoing(owner: ValuesOwner, handles: HandleLowering | undefined, resolve: Resolve | undefined): OutgoingValues;
}

/** Lets a client send and receive streams and futures, and resources beside its part for those. */
export const asyncValues: AsyncValues = {
  incoming: (owner, handles = noResources, resolve) =>
    new IncomingValues(
      owner.invocation,
      owner.limits,
      handles,
      resolve,
      () => owner.receivedAll(),
      (error) => owner.fail(error),
    ),
  outgoing(owner, handles = noResources, resolve) {
    const { invocation } = owner;
    const values = new OutgoingValues(
      invocation,
      handles,
      resolve,
      () => owner.sentAll(),
      (error) => owner.fail(producerFailed(error)),
    );
    invocation.onStop = (path) => values.stopPath(path);
    return values;
  },
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
