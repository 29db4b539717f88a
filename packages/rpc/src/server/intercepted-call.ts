import type { CallContext, Metadata, Peer } from "@witwire/wit/values";
import type { Header } from "../framing/header.ts";
import type { ChangeableCall, Handler } from "../interception/chain.ts";
import { checkSignal, checkTimeout } from "../interception/checks.ts";
import { DerivedContext } from "../interception/derived-context.ts";
import type { CallChanges, FunctionContract } from "../interception/interceptor.ts";
import { isRepeatable } from "../interception/repeatable.ts";
import type { ServerFunction } from "./server-function.ts";

/** A call on its way through the interceptors of a server. */
export class ServerInterceptedCall implements ChangeableCall<ServerInterceptedCall> {
  readonly side = "server";
  /** What remains to be done when all interceptors have passed it on. */
  readonly implement: Handler<ServerInterceptedCall>;
  readonly params: readonly unknown[];
  readonly context: CallContext;
  readonly #header: Header;
  readonly #fn: ServerFunction;

  constructor(
    header: Header,
    fn: ServerFunction,
    params: readonly unknown[],
    context: CallContext,
    implement: Handler<ServerInterceptedCall>,
  ) {
    this.#header = header;
    this.#fn = fn;
    this.params = params;
    this.context = context;
    this.implement = implement;
  }

  get instance(): string {
    return this.#header.instance;
  }

  get name(): string {
    return this.#header.name;
  }

  get contract(): FunctionContract | undefined {
    return this.#fn.contract;
  }

  get metadata(): Metadata {
    return this.context.metadata;
  }

  get signal(): AbortSignal {
    return this.context.signal;
  }

  get peer(): Peer {
    return this.context.peer;
  }

  get repeatable(): boolean {
    const { contract, params } = this.#fn;
    return contract === undefined ? !params.hasEffects : isRepeatable(contract);
  }

  timeRemaining(): number {
    return this.context.timeRemaining();
  }

  /** @throws RpcError `invalid-argument` for a timeout or signal that is none */
  with(changes: CallChanges): ServerInterceptedCall {
    const { params = this.params, metadata } = changes;
    const timeout = checkTimeout(changes.timeout);
    const signal = checkSignal(changes.signal);
    const same = metadata === undefined && timeout === undefined && signal === undefined;
    const context = same ? this.context : new DerivedContext(this.context, changes);
    return new ServerInterceptedCall(this.#header, this.#fn, params, context, this.implement);
  }
}
