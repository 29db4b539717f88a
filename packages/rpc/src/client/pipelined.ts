import type { ResourceRef } from "@witwire/codec";
import { resourceRef } from "@witwire/codec";
import { resolveAlias, resultType, type Type, type TypeId, typeDef } from "@witwire/wit/model";
import { type RemoteHandle, remoteHandle, remoteHandleOf } from "@witwire/wit/values";
import { isRpcError } from "../errors.ts";
import type { FunctionContract } from "../interception/interceptor.ts";
import { AnswerHandle } from "../resources/answer-handle.ts";
import { baseOf, type CallBase, rememberBase } from "./call-bases.ts";

type Methods = Readonly<Record<string, unknown>>;

/**
 * A resource that is still to come, to be used at once: its methods can be called before the promise of it is resolved.
 *
 * Over a session these calls leave without waiting and the peer runs them when it has the resource, so that a chain of calls
 * takes one way there and back. Over everything else, and for any other promise, they wait for the resource; the outcome is
 * the same. Where the promise is rejected the calls fail with the same error.
 *
 * What comes of a method can be pipelined again. Only methods can be used: to pass the resource on, await it. Disposing
 * of it happens once it is there.
 *
 * @param promise what a client's function or method returned that gives `own<R>`, or `result<own<R>, E>`
 */
export function pipelined<R extends object>(promise: Promise<R>): R {
  const target = Object.create(null, { [remoteHandle]: { value: unresolved, configurable: true } }) as object;
  return new Proxy(target, {
    get(self, key) {
      if (key === Symbol.dispose) return () => disposeLater(promise);
      if (key === "$tagged") return taggedMethods(promise);
      // It is no promise itself, or `await` would take it for one.
      if (typeof key === "symbol" || key === "then") return Reflect.get(self, key);
      return (...args: unknown[]) => callLater(promise, key, args, false);
    },
  }) as R;
}

const unresolved: RemoteHandle = {
  type: "",
  bytes: new Uint8Array(0),
  owner: {},
  live: false,
  refusal: "a pipelined resource can only be called; await it to pass it on",
};

function taggedMethods(promise: Promise<object>): object {
  return new Proxy(Object.create(null) as object, {
    get: (_, key) =>
      typeof key === "symbol" || key === "then"
        ? undefined
        : (...args: unknown[]) => callLater(promise, key, args, true),
  });
}

function disposeLater(promise: Promise<object>): void {
  promise.then(
    (resource) => (resource as Partial<Disposable>)[Symbol.dispose]?.(),
    // There is nothing to dispose of.
    () => {},
  );
}

/** Calls a method of what is to come, and remembers that this can be pipelined in turn. */
function callLater(promise: Promise<object>, method: string, args: unknown[], tagged: boolean): Promise<unknown> {
  const next = Promise.withResolvers<CallBase | undefined>();
  const outcome = call(promise, method, args, tagged, next.resolve).finally(() => next.resolve(undefined));
  rememberBase(outcome, next.promise);
  return outcome;
}

async function call(
  promise: Promise<object>,
  method: string,
  args: unknown[],
  tagged: boolean,
  begun: (base: CallBase | undefined | Promise<CallBase | undefined>) => void,
): Promise<unknown> {
  const failed = new AbortController();
  const stub = (await isSettled(promise)) ? undefined : await answerOf(promise, failed.signal);
  const resource = stub ?? (await promise);
  const outcome = callMethod(resource, method, args, tagged);
  begun(baseOf(outcome));
  if (stub === undefined) return outcome;
  promise.catch((error: unknown) => failed.abort(error));
  try {
    return await outcome;
  } catch (error) {
    if (!failed.signal.aborted && !(isRpcError(error) && error.started === "no")) throw error;
    // The peer knows no more than that it has no such resource; the call that should have given it says why.
    const actual = await promise;
    if (remoteHandleOf(actual)?.owner === remoteHandleOf(stub)?.owner) throw error;
    // It does not live at the peer, which has done nothing.
    return callMethod(actual, method, args, tagged);
  }
}

function callMethod(resource: object, method: string, args: unknown[], tagged: boolean): Promise<unknown> {
  const methods = (tagged ? (resource as { $tagged?: Methods }).$tagged : resource) as Methods | undefined;
  const found = methods?.[method];
  if (typeof found !== "function") throw new TypeError(`what is pipelined has no method ${method}`);
  return found.apply(resource, args) as Promise<unknown>;
}

/** An object for what a call will answer with, where its peer can be told so; waits until the call has left. */
async function answerOf(promise: Promise<object>, failed: AbortSignal): Promise<object | undefined> {
  const base = await baseOf(promise);
  const resource = base === undefined ? undefined : answeredResource(base.contract);
  if (base === undefined || resource === undefined) return undefined;
  const { handles, peerTransport } = base.invocation;
  const number = await handles?.callNumber();
  if (number === undefined || peerTransport === undefined) return undefined;
  return base.stub(resource, new AnswerHandle(peerTransport, resource.key, number, failed));
}

/** Whether a promise has been resolved or rejected by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const settled = promise.then(
    () => true,
    () => true,
  );
  return Promise.race([settled, Promise.resolve().then(() => false)]);
}

/** The resource of a function that gives `own<R>` or `result<own<R>, E>`. */
function answeredResource({ resolve, func }: FunctionContract): ResourceRef | undefined {
  const type: Type | undefined = resultType(resolve, func.result)?.ok ?? func.result;
  if (typeof type !== "number") return undefined;
  const { kind } = typeDef(resolve, resolveAlias(resolve, type));
  return kind.tag === "own" ? resourceRef(resolve, kind.resource as TypeId) : undefined;
}
