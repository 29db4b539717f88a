import type { ResourceRef } from "@witwire/codec";
import type { Resolve } from "@witwire/wit/model";
import { type RemoteHandle, remoteHandle, remoteHandleOf } from "@witwire/wit/values";
import { RpcError } from "../errors.ts";
import type { AwaitedAnswer, CallHandles, StubFactory } from "../transport/call-handles.ts";
import type { Path } from "../transport/invocation.ts";
import { AnswerHandle } from "./answer-handle.ts";
import type { Arrived, ConnectionResources } from "./connection-resources.ts";
import type { Exported } from "./export-table.ts";
import { decodeHandle, encodeHandle, HandleKind, handleOf, kindOf, numberOf } from "./handle-number.ts";
import { HeldHandle, heldHandleOf, sessionEnded } from "./held-handle.ts";

/** What the resources of a call need of it. */
export interface HandleCall {
  /** Bytes that wait to be sent on a path; `undefined` when nothing will be. */
  queuedBytes(path: Path): number | undefined;
  /** Its number; 0 before it has left. */
  readonly id: number;
  /** Whether the peer has opened it. */
  readonly answers: boolean;
  readonly isOver: boolean;
}

/** A resource on its way out: one of this side, or the peer's own. */
type Leaving = { readonly entry: Exported; readonly value: object } | { readonly handle: HeldHandle };

/** The resources of a value that was, or is about to be, written. */
interface Giving {
  readonly path: Path;
  readonly key: string;
  /** Bytes of the path in front of the value's first one. */
  ahead: number;
  readonly leaving: Leaving[];
}

/**
 * The resources of one call of a session: what has arrived and was not yet claimed, what was written and has not yet
 * left, and what was lent in either direction.
 *
 * Two ends: {@link SessionHandles.close} when the values of the call are over, {@link SessionHandles.stopGiving} when
 * nothing more is sent.
 */
export class SessionHandles implements CallHandles {
  readonly #resources: ConnectionResources;
  readonly #call: HandleCall;
  /** What was given and not yet claimed, with the path of each. */
  readonly #inbox = new Map<number, Arrived & { readonly path: string }>();
  readonly #borrowed: HeldHandle[] = [];
  readonly #lent: HeldHandle[] = [];
  readonly #lentOut: Exported[] = [];
  /** Of the value that is being encoded. */
  #draft: Giving | undefined;
  #givings: Giving[] = [];
  #closed = false;
  #awaited: (AwaitedAnswer & { readonly call: number }) | undefined;
  #answer: PromiseWithResolvers<Exported | undefined> | undefined;
  #numbered: PromiseWithResolvers<number | undefined> | undefined;

  constructor(resources: ConnectionResources, call: HandleCall) {
    this.#resources = resources;
    this.#call = call;
  }

  // What this side gives

  lowerOwn(resource: ResourceRef, value: unknown, path: Path, resolve: Resolve | undefined): Uint8Array {
    const object = checkResource(resource, value);
    const held = heldHandleOf(object);
    if (held?.borrowed === true) throw new TypeError(`this ${resource.name} was only lent, and cannot be given away`);
    if (held?.lent === true) {
      throw new TypeError(`this ${resource.name} is lent to a call that runs, and cannot be given away`);
    }
    const handle = this.#ofPeer(held);
    if (handle === undefined) {
      const entry = this.#resources.add(resource.key, object, "giving", resolve);
      this.#drafted(path).push({ entry, value: object });
      return encodeHandle(this.#resources.handleOf(entry));
    }
    this.#drafted(path).push({ handle });
    return handle.bytes;
  }

  lowerBorrow(resource: ResourceRef, value: unknown, resolve: Resolve | undefined): Uint8Array {
    const object = checkResource(resource, value);
    const remote = remoteHandleOf(object);
    if (remote instanceof AnswerHandle && remote.owner === this.#resources.transport) return remote.bytes;
    const held = heldHandleOf(object);
    const handle = this.#ofPeer(held);
    if (
      handle !== undefined &&
      this.#draft?.leaving.some((leaving) => "handle" in leaving && leaving.handle === handle)
    ) {
      throw new TypeError(`this ${resource.name} is given away by the same call, and cannot be lent to it`);
    }
    if (held !== undefined) {
      held.lend();
      this.#lent.push(held);
    }
    if (handle !== undefined) return handle.bytes;
    const entry = this.#resources.add(resource.key, object, "lent", resolve);
    this.#lentOut.push(entry);
    return encodeHandle(this.#resources.handleOf(entry));
  }

  settle(moved: boolean): void {
    const draft = this.#draft;
    this.#draft = undefined;
    if (draft === undefined) return;
    if (!moved) {
      for (const leaving of draft.leaving) if ("entry" in leaving) this.#resources.exports.take(leaving.entry);
      return;
    }
    for (const leaving of draft.leaving) this.#part(leaving);
    this.#answered(draft);
    if (this.#call.queuedBytes(draft.path) === undefined) this.#release(draft);
    else this.#givings.push(draft);
  }

  // What others need of its answer

  get awaited(): AwaitedAnswer | undefined {
    return this.#awaited;
  }

  async callNumber(): Promise<number | undefined> {
    if (this.#call.id > 0) return this.#call.id;
    if (this.#call.isOver) return undefined;
    this.#numbered ??= Promise.withResolvers();
    return this.#numbered.promise;
  }

  /** The call has left, or will not. */
  numbered(): void {
    this.#numbered?.resolve(this.#call.id > 0 ? this.#call.id : undefined);
  }

  async answer(): Promise<Exported | undefined> {
    if (this.#closed) return undefined;
    this.#answer ??= Promise.withResolvers();
    return this.#answer.promise;
  }

  /** The handles to be announced in front of the next bytes of a path. */
  leaving(path: Path, bytes: number): number[] {
    const handles: number[] = [];
    if (this.#givings.length === 0) return handles;
    const key = path.join();
    this.#givings = this.#givings.filter((giving) => {
      if (giving.key !== key) return true;
      if (giving.ahead >= bytes) {
        giving.ahead -= bytes;
        return true;
      }
      for (const leaving of giving.leaving) handles.push(this.#left(leaving));
      return false;
    });
    return handles;
  }

  /** What was written on a path, or on all paths, and has not left will not leave any more. */
  stopGiving(path?: Path): void {
    if (this.#givings.length === 0) return;
    const key = path?.join();
    const stopped = this.#givings.filter((giving) => key === undefined || giving.key === key);
    this.#givings = this.#givings.filter((giving) => !stopped.includes(giving));
    for (const giving of stopped) this.#release(giving);
  }

  // What the peer gives

  /** Handles came in front of bytes of a path. */
  arrived(path: Path, arrived: readonly Arrived[]): void {
    if (this.#closed) {
      this.#resources.letGo(arrived);
      return;
    }
    const key = path.join();
    for (const each of arrived) this.#inbox.set(each.handle, { ...each, path: key });
  }

  /** The bytes of a path are not wanted any more. */
  discard(path: Path): void {
    if (this.#inbox.size === 0) return;
    const key = path.join();
    for (const [handle, arrived] of this.#inbox) {
      if (arrived.path !== key) continue;
      this.#inbox.delete(handle);
      this.#resources.letGo([arrived]);
    }
  }

  liftOwn(resource: ResourceRef, bytes: Uint8Array, path: Path, stub: StubFactory): object {
    const handle = decodeHandle(bytes);
    const arrived = handle === undefined ? undefined : this.#inbox.get(handle);
    if (handle === undefined || arrived?.path !== path.join()) throw notFound(resource, "given");
    if (arrived.home === undefined) return stub(resource, this.#stubHandle(resource, handle, false));
    if (arrived.home.type !== resource.key) throw notFound(resource, "given");
    return arrived.home.value;
  }

  claim(bytes: Uint8Array, value: object): void {
    const handle = decodeHandle(bytes);
    const arrived = handle === undefined ? undefined : this.#inbox.get(handle);
    if (handle === undefined || arrived === undefined) return;
    this.#inbox.delete(handle);
    if (arrived.home !== undefined) return;
    const held = heldHandleOf(value);
    held?.dropWith(value);
  }

  liftBorrow(resource: ResourceRef, bytes: Uint8Array, stub: StubFactory): object {
    const handle = decodeHandle(bytes);
    if (handle === undefined) throw notFound(resource, "lent");
    if (kindOf(handle) === HandleKind.answer) return this.#liftAnswer(resource, numberOf(handle));
    if (kindOf(handle) === HandleKind.sender) {
      const borrowed = this.#stubHandle(resource, handle, true);
      this.#borrowed.push(borrowed);
      return stub(resource, borrowed);
    }
    const entry = kindOf(handle) === HandleKind.receiver ? this.#resources.exports.get(numberOf(handle)) : undefined;
    if (entry === undefined || entry.state === "giving" || entry.type !== resource.key)
      throw notFound(resource, "lent");
    return entry.value;
  }

  /** The values of the call are over: what was not claimed is let go, what was lent returns. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#answer?.resolve(undefined);
    this.#resources.letGo(this.#inbox.values());
    this.#inbox.clear();
    for (const handle of this.#borrowed) handle.live = false;
    for (const entry of this.#lentOut) this.#resources.exports.take(entry);
    for (const handle of this.#lent) handle.returned();
  }

  /** The resource that an earlier call of the peer answers with: at once, or awaited by the implementation. */
  #liftAnswer(resource: ResourceRef, call: number): object {
    const given = this.#resources.exports.answerOf(call);
    if (given !== undefined) return checkAnswer(resource, call, given);
    // Decoding may have started over.
    if (this.#awaited?.call === call) return this.#awaited.placeholder;
    // Nothing can wait for itself, or for what comes later.
    if (this.#awaited !== undefined || call >= this.#call.id) throw noAnswer(resource, call);
    const placeholder = {};
    const found = this.#resources.answerOf(call).then((entry) => checkAnswer(resource, call, entry));
    // The call may be over before anybody waits for it.
    found.catch(() => {});
    this.#awaited = { call, placeholder, resource: found };
    return placeholder;
  }

  /** The value is what others wait for, if it is an answer and holds nothing but one resource. */
  #answered({ key, leaving }: Giving): void {
    const [first] = leaving;
    if (!this.#call.answers || key !== "" || leaving.length !== 1 || first === undefined) return;
    if ("entry" in first) this.#resources.exports.answered(this.#call.id, first.entry);
    this.#answer?.resolve("entry" in first ? first.entry : undefined);
  }

  #stubHandle({ key }: ResourceRef, handle: number, borrowed: boolean): HeldHandle {
    return new HeldHandle(this.#resources, key, numberOf(handle), borrowed);
  }

  /** A handle whose resource lives at the peer of this connection. */
  #ofPeer(handle: HeldHandle | undefined): HeldHandle | undefined {
    return handle?.owner === this.#resources.transport ? handle : undefined;
  }

  #drafted(path: Path): Leaving[] {
    this.#draft ??= { path, key: path.join(), ahead: this.#call.queuedBytes(path) ?? 0, leaving: [] };
    return this.#draft.leaving;
  }

  /** This side can use it no more. A resource of a third party goes on as what the peer reaches through this side. */
  #part(leaving: Leaving): void {
    if ("handle" in leaving) leaving.handle.give();
    else {
      const { entry, value } = leaving;
      const remote = remoteHandleOf(value);
      if (remote !== undefined) this.#resources.exports.replace(entry, movedStub(value, remote));
    }
  }

  /** The bytes that hold it leave now. */
  #left(leaving: Leaving): number {
    if ("handle" in leaving) {
      const { number } = leaving.handle;
      this.#resources.gaveBack(number);
      return handleOf(number, HandleKind.receiver);
    }
    leaving.entry.state = "given";
    return this.#resources.handleOf(leaving.entry);
  }

  /** Its bytes will never leave, and nobody here has it any more. */
  #release({ leaving }: Giving): void {
    for (const each of leaving) {
      if ("handle" in each) this.#resources.drop(each.handle.number);
      else this.#resources.exports.release(each.entry);
    }
  }
}

/** @throws TypeError for what is no resource of a type; RpcError `unavailable` for one whose session has ended */
function checkResource(resource: ResourceRef, value: unknown): object {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) {
    throw new TypeError(`expected a ${resource.name} object, got ${value === null ? "null" : typeof value}`);
  }
  const handle = remoteHandleOf(value);
  if (handle === undefined) return value;
  if (handle.refusal !== undefined) throw new TypeError(handle.refusal);
  if (handle.type !== resource.key) throw new TypeError(`expected a ${resource.key}, got a ${handle.type}`);
  if (!handle.live) throw new TypeError(`this ${resource.name} was disposed or given away`);
  if (heldHandleOf(value)?.ended === true) throw sessionEnded(resource.name);
  return value;
}

/** Takes a resource of a third party from whoever has the object, and puts it into another one. */
function movedStub(stub: object, handle: RemoteHandle): object {
  const held = heldHandleOf(stub);
  const moved = held?.moved() ?? { ...handle };
  const object: object = Object.create(Object.getPrototypeOf(stub), { [remoteHandle]: { value: moved } });
  if (held === undefined) handle.live = false;
  else {
    held.give();
    (moved as HeldHandle).dropWith(object);
  }
  return object;
}

/** @throws RpcError `not-found` */
function checkAnswer(resource: ResourceRef, call: number, entry: Exported | undefined): object {
  if (entry?.type !== resource.key) throw noAnswer(resource, call);
  return entry.value;
}

function noAnswer({ key }: ResourceRef, call: number): RpcError {
  return new RpcError("not-found", `call ${call} of the peer did not answer with a ${key} that lives here`, {
    started: "no",
  });
}

function notFound({ key }: ResourceRef, how: "given" | "lent"): RpcError {
  return new RpcError("not-found", `the peer speaks of a ${key} that was not ${how} to this call`, { started: "no" });
}
