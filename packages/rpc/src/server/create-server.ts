import type { PathPattern } from "@witwire/codec";
import { type Codec, componentModelCodec } from "@witwire/codec";
import { type ContractRef, type HandlerOf, wireFunctionName } from "@witwire/wit/model";
import type { Peer } from "@witwire/wit/values";
import { ActiveSet } from "../active-set.ts";
import { formatFunction } from "../contract/format-function.ts";
import { RpcError } from "../errors.ts";
import type { Compat } from "../framing/compat.ts";
import type { Header } from "../framing/header.ts";
import { careFor, type PeerCare } from "../framing/peer-care.ts";
import { roundOf } from "../guards.ts";
import type { ServerHealth } from "../health/health-service.ts";
import { chain } from "../interception/chain.ts";
import type { Interceptor } from "../interception/interceptor.ts";
import { type Limits, resolveLimits } from "../limits.ts";
import type { ReflectionAccess } from "../reflection/reflection-service.ts";
import { SESSION_FIRST_BYTE } from "../session/preface.ts";
import { Timers } from "../timers.ts";
import type { Duplex } from "../transport/duplex.ts";
import { AcceptedSession } from "./accepted-session.ts";
import { type AcceptedProtocol, AcceptedStream, type AcceptedStreamOwner } from "./accepted-stream.ts";
import { BuiltIns } from "./built-ins.ts";
import type { CallHost, FunctionSource, IncomingCall } from "./call-host.ts";
import type { CallSource } from "./call-source.ts";
import { callerStubs } from "./caller-stubs.ts";
import { HandleTable, LocalHandleLifting, LocalHandleLowering } from "./handle-table.ts";
import { bindImplementation } from "./implementation.ts";
import type { ServerInterceptedCall } from "./intercepted-call.ts";
import { type FailedCall, logFailure } from "./log-failure.ts";
import { PlainConnection } from "./plain-connection.ts";
import { Registry } from "./registry.ts";
import { RunningCalls } from "./running-calls.ts";
import type { ServerSide } from "./server-call.ts";
import type { ServerFunction } from "./server-function.ts";

export interface ServerOptions {
  /** Default: component-model value encoding. */
  readonly codec?: Codec;
  /** Overrides of {@link DEFAULT_LIMITS}. */
  readonly limits?: Partial<Limits>;
  /** Told of every failed call. Default: those that are not the caller's own doing go to `console.error`. */
  readonly onFailure?: (failure: FailedCall) => void;
  /** Passes handles that this server did not give out on as bytes, in both directions. Default `false`. */
  readonly rawHandles?: boolean;
  /**
   * What its clients need beyond the specification. It holds for all of them, since nothing in a call says who calls: give
   * clients of another kind a server, and an address, of their own. Default: nothing.
   */
  readonly compat?: Compat;
  /**
   * Who may ask what is served (`witwire:reflection`): callers on the same machine, `all`, or `none`. Default `local`: memory,
   * Unix sockets, and loopback addresses over TCP. A proxy on this machine makes everyone local; say `none` behind one.
   */
  readonly reflection?: ReflectionAccess;
  /** Stand around every call, the first one outermost, once its parameters are complete. Default: none. */
  readonly interceptors?: readonly Interceptor[];
}

export interface ServeOptions {
  /**
   * Instance names instead of the contract's own. Root functions of a world are served as `""` and under the world's id,
   * which is what older peers call.
   */
  readonly instances?: readonly string[];
}

export interface ServeFunctionOptions {
  /** What says which types the function has, for callers who ask (`witwire:reflection`). Default: they are not told. */
  readonly contract?: ContractRef;
}

export interface ServerStats {
  readonly connections: number;
  /** Calls that run, those included whose caller has gone while the implementation goes on. */
  readonly calls: number;
  /** Live resource handles. */
  readonly handles: number;
  readonly timers: number;
}

/** Answers calls. It owns no socket: byte streams are given to {@link Server.accept}, which listeners do. */
export interface Server {
  readonly limits: Limits;
  /** What callers of `witwire:health` are told. */
  readonly health: ServerHealth;
  /**
   * Serves a contract with a plain object: camelCase functions, and a class for each resource. Every call gets a
   * `CallContext` behind its parameters. Contracts that `witwire bindgen` wrote know the type of the object.
   *
   * @returns a function that takes the contract out of service; calls that run go on
   * @throws TypeError naming what the implementation lacks; RangeError when a function is served already
   */
  serve<C extends ContractRef>(contract: C, implementation: HandlerOf<C>, options?: ServeOptions): () => void;
  /**
   * Serves one function by its names on the wire.
   *
   * @throws RangeError when it is served already, or its contract does not have it
   */
  serveFunction(instance: string, name: string, fn: ServerFunction, options?: ServeFunctionOptions): () => void;
  /** Takes a byte stream that a client has opened; its first byte says whether it is a session or plain wRPC. Breaks it off when there are too many; tells it to go away when the server is closing or closed. */
  accept(duplex: Duplex): void;
  /** Takes calls from something that is no byte stream, until the source is detached. */
  attach(source: CallSource): CallHost;
  /** The source has no more calls, and no more will come. */
  detach(source: CallSource): void;
  /** Frees the handle of a resource that this server gave out; `false` where it has none. */
  freeHandle(resource: object): boolean;
  /**
   * Takes no more calls, and lets running ones end. Those who watch its health are told that it is draining.
   *
   * @param options.grace milliseconds after which running calls are broken off. Default 10,000; 0 breaks off at once
   */
  close(options?: { readonly grace?: number }): Promise<void>;
  /** Takes no more calls, lets running ones end however long they take, and is closed then. */
  drain(): Promise<void>;
  stats(): ServerStats;
}

/** A server without anything to serve yet. */
export function createServer(options: ServerOptions = {}): Server {
  return new RpcServer(options);
}

class RpcServer implements Server, CallHost, AcceptedStreamOwner {
  readonly limits: Limits;
  readonly timers: Timers = new Timers(roundOf);
  readonly care: PeerCare | undefined;
  readonly #codec: Codec;
  readonly #onFailure: (failure: FailedCall) => void;
  readonly #sources = new Set<CallSource>();
  readonly #registry: Registry = new Registry(() => this.#served());
  readonly #builtIns: BuiltIns;
  readonly #handles: HandleTable;
  readonly #connections = new ActiveSet<AcceptedStream>();
  /** Byte streams that came when the server was closing: they are told so, and keep it from nothing. */
  readonly #latecomers = new ActiveSet<AcceptedStream>();
  readonly #calls: RunningCalls;
  #closed: PromiseWithResolvers<void> | undefined;

  constructor(options: ServerOptions) {
    this.limits = resolveLimits(options.limits);
    this.care = careFor(options.compat);
    this.#codec = options.codec ?? this.care?.codec ?? componentModelCodec;
    this.#onFailure = options.onFailure ?? logFailure;
    this.#builtIns = new BuiltIns(this.#registry, options.reflection ?? "local", this.limits, this.#codec);
    this.#handles = new HandleTable(this.limits, this.timers);
    const raw = options.rawHandles ?? false;
    const side: ServerSide = {
      limits: this.limits,
      lifting: new LocalHandleLifting(this.#handles, raw, callerStubs(this.limits)),
      lowering: new LocalHandleLowering(this.#handles, raw),
      intercept: chain<ServerInterceptedCall>(options.interceptors, (call) => call.implement(call)),
    };
    this.#calls = new RunningCalls(side, (error, { header, invocation: { peer } }) =>
      this.#report({ error, peer, ...header }),
    );
  }

  get health(): ServerHealth {
    return this.#builtIns.health;
  }

  serve(contract: ContractRef, implementation: object, options: ServeOptions = {}): () => void {
    const functions = bindImplementation(contract, implementation, this.#codec);
    const instances = options.instances ?? (contract.tag === "world" ? ["", contract.name] : [contract.name]);
    const removals: (() => void)[] = [];
    const removeAll = (): void => {
      for (const remove of removals.splice(0)) remove();
    };
    try {
      for (const instance of instances) removals.push(this.#registry.add(instance, functions, contract));
    } catch (error) {
      removeAll();
      throw error;
    }
    return removeAll;
  }

  serveFunction(
    instance: string,
    name: string,
    fn: ServerFunction,
    { contract }: ServeFunctionOptions = {},
  ): () => void {
    if (contract?.functions.some((func) => wireFunctionName(func) === name) === false) {
      throw new RangeError(`the contract ${contract.name} has no function "${name}"`);
    }
    return this.#registry.add(instance, new Map([[name, fn]]), contract);
  }

  accept(duplex: Duplex): void {
    const stream = new AcceptedStream(this.care?.pace(duplex) ?? duplex, this);
    const connections = this.#closed === undefined ? this.#connections : this.#latecomers;
    connections.add(stream);
    stream.start();
    if (connections.size <= this.limits.maxConnections) {
      if (this.#closed !== undefined) stream.drop(shuttingDown());
    } else {
      const error = new RpcError(
        "resource-exhausted",
        `more than ${this.limits.maxConnections} connections (limit maxConnections)`,
      );
      stream.breakOff(error);
      this.refused(error, duplex.peer);
    }
  }

  attach(source: CallSource): CallHost {
    this.#sources.add(source);
    source.serve(this.#targets());
    if (this.#closed !== undefined) source.drop(shuttingDown());
    return this;
  }

  detach(source: CallSource): void {
    this.#sources.delete(source);
    this.#resolveWhenClosed();
  }

  freeHandle(resource: object): boolean {
    let freed = this.#handles.free(resource);
    for (const connection of this.#connections.snapshot()) if (connection.freeHandle(resource)) freed = true;
    return freed;
  }

  async close(options: { readonly grace?: number } = {}): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>();
    this.#builtIns.health.end();
    const error = shuttingDown();
    for (const connection of this.#connections.snapshot()) connection.drop(error);
    for (const source of [...this.#sources]) source.drop(error);
    this.#resolveWhenClosed();
    const timer = this.timers.start(options.grace ?? 10_000, () => {
      this.#calls.fail(error);
      for (const connection of this.#connections.snapshot()) connection.breakOff(error);
      for (const source of [...this.#sources]) source.breakOff(error);
    });
    await this.#closed.promise;
    timer.stop();
    this.#handles.clear();
  }

  drain(): Promise<void> {
    return this.close({ grace: Number.POSITIVE_INFINITY });
  }

  stats(): ServerStats {
    return {
      connections: this.#connections.size + this.#latecomers.size,
      calls: this.#calls.size,
      handles: this.#connections.snapshot().reduce((sum, { handles }) => sum + handles, this.#handles.size),
      timers: this.timers.running,
    };
  }

  protocolFor(firstByte: number, stream: AcceptedStream): AcceptedProtocol {
    // Peers that need special care speak plain wRPC, and nothing else.
    if (firstByte === SESSION_FIRST_BYTE && this.care === undefined) return new AcceptedSession(stream, this);
    return new PlainConnection(stream.duplex, this, () => stream.release());
  }

  admit({ instance, name }: Header, more?: FunctionSource): readonly PathPattern[] | RpcError {
    const fn = this.#find(instance, name) ?? more?.find(instance, name);
    if (fn === undefined) {
      return new RpcError("unimplemented", `${formatFunction(instance, name)} is not served`, { started: "no" });
    }
    return this.#calls.admit(fn);
  }

  invoked(call: IncomingCall): void {
    const { header, more } = call;
    this.#calls.start(call, this.#find(header.instance, header.name) ?? more?.find(header.instance, header.name));
  }

  refused(error: RpcError, peer: Peer, header?: Header): void {
    const explained =
      error.code === "unimplemented" && header !== undefined
        ? new RpcError("unimplemented", this.#registry.explainMissing(header.instance, header.name), { started: "no" })
        : error;
    this.#report({ error: explained, peer, ...header });
  }

  released(stream: AcceptedStream): void {
    this.#connections.delete(stream);
    this.#latecomers.delete(stream);
    this.#resolveWhenClosed();
  }

  #served(): void {
    this.#builtIns.health.changed();
    if (this.#sources.size === 0) return;
    const targets = this.#targets();
    for (const source of this.#sources) source.serve(targets);
  }

  #targets(): Header[] {
    const served = this.#registry
      .instances()
      .flatMap(({ name: instance, functions }) => [...functions.keys()].map((name) => ({ instance, name })));
    return [...served, ...this.#builtIns.targets()];
  }

  #find(instance: string, name: string): ServerFunction | undefined {
    return this.#registry.find(instance, name) ?? this.#builtIns.find(instance, name);
  }

  /** A report that fails must not break what is under way on the connection, let alone on others. */
  #report(failure: FailedCall): void {
    try {
      this.#onFailure(failure);
    } catch (error) {
      console.error("onFailure of the server threw:", error);
    }
  }

  #resolveWhenClosed(): void {
    if (this.#connections.size === 0 && this.#sources.size === 0) this.#closed?.resolve();
  }
}

function shuttingDown(): RpcError {
  return new RpcError("unavailable", "the server is shutting down");
}
