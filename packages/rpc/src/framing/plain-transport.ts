import type { Codec } from "@witwire/codec";
import { ActiveSet } from "../active-set.ts";
import { RpcError } from "../errors.ts";
import { roundOf } from "../guards.ts";
import { type Limits, resolveLimits } from "../limits.ts";
import { Timers } from "../timers.ts";
import type { Duplex } from "../transport/duplex.ts";
import type { Invocation, InvocationTransport, OpenRequest, TransportStats } from "../transport/invocation.ts";
import type { Compat } from "./compat.ts";
import type { AsyncPaths } from "./flow.ts";
import { FramedInvocation } from "./framed-invocation.ts";
import { encodeHeader } from "./header.ts";
import { asyncPaths } from "./path-flow.ts";
import { careFor, type PeerCare } from "./peer-care.ts";

export interface PlainTransportOptions {
  /** Overrides of {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits>;
  /** What the server needs beyond the specification. Default: nothing, as is right for peers in Rust and TypeScript. */
  readonly compat?: Compat;
}

/**
 * Plain wRPC as clients use it: every invocation opens a byte stream of its own with `dial`.
 *
 * @param dial opens a byte stream for a call, without waiting for it to be connected; failures come as its `error` event
 */
export function createPlainTransport(
  dial: (request: OpenRequest) => Duplex,
  options: PlainTransportOptions = {},
): InvocationTransport {
  const timers = new Timers(roundOf);
  return new PlainTransport(dial, resolveLimits(options.limits), timers, asyncPaths, careFor(options.compat));
}

export interface LeanPlainTransportOptions extends Pick<PlainTransportOptions, "limits"> {
  /** Needed where functions take or return streams or futures. Default: none. */
  readonly asyncPaths?: AsyncPaths | undefined;
}

/**
 * The same without what only peers in Go need, and with streams and futures only where it is given them: for pages, whose
 * bundlers then leave out the rest.
 */
export function createLeanPlainTransport(
  dial: (request: OpenRequest) => Duplex,
  options: LeanPlainTransportOptions = {},
): InvocationTransport {
  return new PlainTransport(dial, resolveLimits(options.limits), new Timers(), options.asyncPaths);
}

/** Instances, and functions of each, whose headers are kept; programs with more of them are no ordinary clients. */
const MAX_NAMES = 1024;

class PlainTransport implements InvocationTransport {
  readonly #dial: (request: OpenRequest) => Duplex;
  readonly #limits: Limits;
  readonly #timers: Timers;
  readonly #asyncPaths: AsyncPaths | undefined;
  readonly #care: PeerCare | undefined;
  readonly #open = new ActiveSet<FramedInvocation>();
  /** Headers by instance and function, so that a name is encoded once. */
  readonly #headers = new Map<string, Map<string, Uint8Array>>();
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(
    dial: (request: OpenRequest) => Duplex,
    limits: Limits,
    timers: Timers,
    asyncPaths: AsyncPaths | undefined,
    care?: PeerCare,
  ) {
    this.#dial = dial;
    this.#limits = limits;
    this.#timers = timers;
    this.#asyncPaths = asyncPaths;
    this.#care = care;
  }

  get codec(): Codec | undefined {
    return this.#care?.codec;
  }

  open(request: OpenRequest): Invocation {
    if (this.#closed !== undefined) {
      throw new RpcError("unavailable", "this transport was closed; open another one", { started: "no" });
    }
    if (this.#asyncPaths === undefined && (request.asyncPaths.length > 0 || request.sendsPaths === true)) {
      const why = "the function has streams or futures: pass createLeanPlainTransport asyncPaths";
      throw new RpcError("unimplemented", why, { started: "no" });
    }
    const dialled = this.#dial(request);
    const duplex = this.#care?.pace(dialled) ?? dialled;
    const invocation = new FramedInvocation(duplex, {
      limits: this.#limits,
      timers: this.#timers,
      declared: request.asyncPaths,
      asyncPaths: this.#asyncPaths,
      preface: this.#header(request),
      care: this.#care,
      onReleased: () => this.#released(invocation),
    });
    this.#open.add(invocation);
    duplex.start({
      data: (bytes) => invocation.receiveData(bytes),
      end: () => invocation.receiveEnd(),
      flushed: () => invocation.receiveFlushed(),
      error: (error) => invocation.receiveError(error),
    });
    return invocation;
  }

  close(options: { readonly force?: boolean } = {}): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>();
    if (options.force === true) {
      for (const invocation of this.#open.snapshot()) {
        const error = new RpcError("cancelled", "the transport was closed");
        invocation.onFailure?.(error);
        invocation.abort(error);
      }
    }
    if (this.#open.size === 0) this.#closed.resolve();
    return this.#closed.promise;
  }

  stats(): TransportStats {
    return { invocations: this.#open.size, connections: this.#open.size, timers: this.#timers.running, handles: 0 };
  }

  #header({ instance, name }: OpenRequest): Uint8Array {
    let ofInstance = this.#headers.get(instance);
    if (ofInstance === undefined) {
      ofInstance = new Map();
      if (this.#headers.size < MAX_NAMES) this.#headers.set(instance, ofInstance);
    }
    let header = ofInstance.get(name);
    if (header === undefined) {
      header = encodeHeader({ instance, name });
      if (ofInstance.size < MAX_NAMES) ofInstance.set(name, header);
    }
    return header;
  }

  #released(invocation: FramedInvocation): void {
    this.#open.delete(invocation);
    if (this.#open.size === 0) this.#closed?.resolve();
  }
}
