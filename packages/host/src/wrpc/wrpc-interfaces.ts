import type { Imports } from "@witwire/component";
import { type InvocationTransport, RpcError, resolveCallOptions } from "@witwire/rpc";
import { type CallContext, sync, WitError } from "@witwire/wit/values";
import type { ByteStreams } from "../types/byte-streams.ts";
import { IncomingChannel, OutgoingChannel } from "./channels.ts";
import { GuestInvocation } from "./guest-invocation.ts";
import { RemoteError } from "./remote-error.ts";

/** Where the calls go that a guest makes by itself, and how long they may take. */
export interface InvokerOptions {
  readonly transport: InvocationTransport;
  /** Milliseconds, to the end of the last stream. */
  readonly timeout: number;
}

/**
 * The interfaces of `wrpc:rpc@0.1.0`, with which a component speaks wRPC by itself, and handles failed calls as values:
 * `error` and `context`, and, where there is a transport and the instance has WASI, `transport` and `invoker`.
 */
export function wrpcInterfaces(options: InvokerOptions | undefined, streams: ByteStreams | undefined): Imports {
  const always = {
    "wrpc:rpc/error@0.1.0": { Error: RemoteError },
    "wrpc:rpc/context@0.1.0": { Context },
  };
  if (options === undefined || streams === undefined) return always;
  return {
    ...always,
    "wrpc:rpc/transport@0.1.0": { IncomingChannel, OutgoingChannel, Invocation: InvocationHandle },
    "wrpc:rpc/invoker@0.1.0": { invoke: sync(invoker(options, streams)) },
  };
}

/** `wrpc:rpc/context` `context`: holds nothing, for what it could hold goes along by itself. */
// biome-ignore lint/complexity/noStaticOnlyClass: a resource is a class, and this one has nothing but its maker
class Context {
  static default(): Context {
    return new Context();
  }

  static {
    sync(Context.default);
  }
}

type Invoke = (
  cx: Context,
  instance: string,
  name: string,
  params: Uint8Array,
  paths: readonly (readonly (number | undefined)[])[],
  context?: CallContext,
) => InvocationHandle;

function invoker({ transport, timeout: most }: InvokerOptions, streams: ByteStreams): Invoke {
  return (_cx, instance, name, params, paths, context) => {
    const { signal, timeout } = resolveCallOptions(context, most);
    const asyncPaths = paths.map((path) => Array.from(path, (index) => index ?? "*"));
    try {
      const call = { instance, name, params, asyncPaths, signal, timeout: Math.min(timeout, most) };
      return new InvocationHandle(new GuestInvocation(transport, streams, call), streams);
    } catch (error) {
      return new InvocationHandle(error, streams);
    }
  };
}

/** `wrpc:rpc/transport` `invocation`: a call on its way out, or why it is not. */
class InvocationHandle implements Disposable {
  readonly #call: unknown;
  readonly #streams: ByteStreams;
  #finished = false;

  constructor(call: unknown, streams: ByteStreams) {
    this.#call = call;
    this.#streams = streams;
  }

  /** Ready once the parameters are on their way, or cannot be. */
  subscribe(): object {
    const call = this.#call;
    return this.#streams.toPollable(call instanceof GuestInvocation ? call.sent : Promise.resolve());
  }

  /** @throws WitError with what went wrong until the parameters were on their way */
  static async finish(handle: InvocationHandle): Promise<[OutgoingChannel, IncomingChannel]> {
    handle.#finished = true;
    const call = handle.#call;
    try {
      if (!(call instanceof GuestInvocation)) throw call;
      await call.sent;
      return [new OutgoingChannel(call), new IncomingChannel(call)];
    } catch (error) {
      throw new WitError(new RemoteError(error));
    }
  }

  [Symbol.dispose](): void {
    if (this.#finished || !(this.#call instanceof GuestInvocation)) return;
    this.#call.abort(new RpcError("cancelled", "the guest dropped the call"));
  }

  static {
    sync(InvocationHandle.prototype.subscribe);
  }
}
