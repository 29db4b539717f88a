import { componentModelCodec } from "@witwire/codec";
import { pascalCase, type Resolve } from "@witwire/wit/model";
import { createCaller } from "../client/create-client.ts";
import { createRemoteClass, createRemoteResource, type RemoteClass } from "../client/remote-class.ts";
import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { StubFactory } from "../transport/call-handles.ts";
import type { InvocationTransport } from "../transport/invocation.ts";

/** A resource that a caller passed says nothing about what else the caller serves. */
const nowhere: InvocationTransport = {
  open() {
    throw new RpcError(
      "unimplemented",
      "the class of a resource that a caller passed has methods only; createClient with callerTransport(context) can call more",
      { started: "no" },
    );
  },
  async close() {},
  stats: () => ({ invocations: 0, connections: 0, timers: 0, handles: 0 }),
};

/**
 * Makes the objects that stand for resources of callers. All callers share the classes, of which there is one for each
 * resource of a model; where the model is not known, the objects can be passed on and have no methods.
 */
export function callerStubs(limits: Limits): (resolve: Resolve | undefined) => StubFactory {
  const stubs = new WeakMap<Resolve, StubFactory>();
  const opaque = opaqueStubs();
  return (resolve) => {
    if (resolve === undefined) return opaque;
    let stub = stubs.get(resolve);
    if (stub === undefined) {
      stub = createCaller(nowhere, resolve, componentModelCodec, { limits }).resources?.stub ?? opaque;
      stubs.set(resolve, stub);
    }
    return stub;
  };
}

function opaqueStubs(): StubFactory {
  const classes = new Map<string, RemoteClass>();
  return ({ key, name }, handle) => {
    let remote = classes.get(key);
    if (remote === undefined) {
      remote = createRemoteClass(pascalCase(name), [], () =>
        Promise.reject(new TypeError(`${key} has no methods here`)),
      );
      classes.set(key, remote);
    }
    return createRemoteResource(remote, handle);
  };
}
