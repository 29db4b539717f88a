import type { Codec, ResourceRef, ValueCodec } from "@witwire/codec";
import { type ContractRef, pascalCase, type Resolve } from "@witwire/wit/model";
import { type RemoteHandle, remoteHandleOf } from "@witwire/wit/values";
import { contractFunctions, instanceOf } from "../contract/contract-function.ts";
import { findResource, resourcesOf } from "../contract/resource-contract.ts";
import type { SessionHandle, StubFactory } from "../transport/call-handles.ts";
import type { Invocation, InvocationTransport } from "../transport/invocation.ts";
import type { HandleLifting, HandleLowering } from "../values/handles.ts";
import { rememberBase } from "./call-bases.ts";
import type { CallTarget } from "./client-call.ts";
import { createRemoteClass, createRemoteResource, type Invoke, type RemoteClass } from "./remote-class.ts";
import { RemoteHandleLifting, RemoteHandleLowering } from "./remote-handles.ts";

/** What the resources of a client need of it. */
export interface ResourceUser {
  readonly transport: InvocationTransport;
  /** What is called whatever the contracts are named. */
  readonly instance: string | undefined;
  invoker(instance: string): Invoke;
}

/** Makes a call. @param onOpened told of its invocation, unless it fails before it has one */
export type BaseCall = (onOpened?: (invocation: Invocation) => void) => Promise<unknown>;

/** The resources that a client's calls take and return. */
export interface ClientResources {
  /** Makes the object for a resource of the peer. */
  readonly stub: StubFactory;
  readonly lifting: HandleLifting;
  readonly lowering: HandleLowering;
  /** The handle of a method's resource, if it lives in a session: it is called there, and on no later one. */
  homeOf(target: CallTarget, params: readonly unknown[]): SessionHandle | undefined;
  /** Whether a resource may be all that comes with a result, so that it can be called before it is there. */
  mayCome(result: ValueCodec | undefined): boolean;
  /** Makes a call to which a resource may come, and remembers which call its promise belongs to. */
  callBase(target: CallTarget, call: BaseCall): Promise<unknown>;
  /** Gives a client the classes of a contract's resources. */
  define(client: object, contract: ContractRef): void;
}

/** The classes of resources that live at the peer, each made when it is first needed. */
export class RemoteResources implements ClientResources {
  readonly lifting: HandleLifting;
  readonly lowering: HandleLowering;
  readonly #user: ResourceUser;
  readonly #resolve: Resolve;
  readonly #codec: Codec;
  readonly #classes = new Map<string, RemoteClass>();
  readonly stub: StubFactory = (resource: ResourceRef, handle: RemoteHandle): object =>
    createRemoteResource(this.#class(resource.key), handle);

  /** @param raw whether handles of other peers, and bare bytes, are sent as they are */
  constructor(user: ResourceUser, resolve: Resolve, codec: Codec, raw: boolean) {
    this.#user = user;
    this.#resolve = resolve;
    this.#codec = codec;
    this.lifting = new RemoteHandleLifting(user.transport, this.stub);
    this.lowering = new RemoteHandleLowering(user.transport, raw);
  }

  homeOf({ contract }: CallTarget, [self]: readonly unknown[]): SessionHandle | undefined {
    if (contract?.func.kind.tag !== "method") return undefined;
    const handle = remoteHandleOf(self);
    return handle !== undefined && "transport" in handle ? (handle as SessionHandle) : undefined;
  }

  mayCome(result: ValueCodec | undefined): boolean {
    return result?.hasEffects === true && result.asyncPaths.length === 0;
  }

  callBase({ contract }: CallTarget, call: BaseCall): Promise<unknown> {
    let opened: Invocation | undefined;
    const outcome = call((invocation) => {
      opened = invocation;
    });
    if (opened !== undefined && contract) rememberBase(outcome, { contract, invocation: opened, stub: this.stub });
    return outcome;
  }

  define(client: object, contract: ContractRef): void {
    for (const { name, key } of resourcesOf(contract)) {
      Object.defineProperty(client, pascalCase(name), { enumerable: true, get: () => this.#class(key) });
    }
  }

  /** Resources may come from other interfaces than the client's own; their members are called where they were defined. */
  #class(key: string): RemoteClass {
    let remote = this.#classes.get(key);
    if (remote === undefined) {
      const found = findResource(this.#resolve, key);
      if (found === undefined) throw new RangeError(`the contract has no resource ${key}`);
      const { contract } = found;
      const name = pascalCase(key.slice(key.lastIndexOf("#") + 1));
      const invoke = this.#user.invoker(this.#user.instance ?? instanceOf(contract));
      remote = createRemoteClass(name, contractFunctions(contract, this.#codec), invoke);
      this.#classes.set(key, remote);
    }
    return remote;
  }
}
