import { type RpcError, resolveCallOptions } from "@witwire/rpc";
import { type ContractRef, camelCase, wireFunctionName } from "@witwire/wit/model";
import { isPromiseLike, isSync } from "@witwire/wit/values";
import { defineMember } from "../define-member.ts";
import { givenUp, watchCaller } from "../instances/patience.ts";
import { LocalCallContext } from "./local-context.ts";

type AnyFunction = (...args: unknown[]) => unknown;

/**
 * An implementation in this process as an import that behaves like one at a peer: a call that is cancelled, or takes longer
 * than its caller waits, fails there and then, and the implementation learns of it through its context. Functions marked
 * with `sync` are called as they are. Methods of resources get the deadline, and are trusted to keep it.
 *
 * @param most milliseconds that a call may take, however much time its caller has
 */
export function localImport(contract: ContractRef, implementation: object, most: number): object {
  const bounded: object = Object.create(implementation);
  for (const func of contract.functions) {
    if (func.kind.tag !== "freestanding") continue;
    const property = camelCase(wireFunctionName(func));
    const fn = (implementation as Record<string, unknown>)[property];
    if (typeof fn !== "function" || isSync(fn)) continue;
    const label = contract.tag === "world" ? property : `${contract.name}.${wireFunctionName(func)}`;
    const call = (args: unknown[]): unknown => (fn as AnyFunction).apply(implementation, args);
    defineMember(bounded, property, boundedCall(label, func.params.length, most, call));
  }
  return bounded;
}

function boundedCall(label: string, arity: number, most: number, call: (args: unknown[]) => unknown): AnyFunction {
  return (...args) => {
    const { signal, timeout } = resolveCallOptions(args[arity], most);
    const bounds = { label, signal, timeout: Math.min(timeout, most) };
    const refusal = givenUp(bounds);
    if (refusal !== undefined) throw refusal;
    const context = new LocalCallContext(bounds.timeout);
    const outcome = call([...args.slice(0, arity), context]);
    if (!isPromiseLike(outcome)) return outcome;
    return new Promise((resolve, reject) => {
      const release = watchCaller(bounds, "yes", (reason: RpcError) => {
        reject(reason);
        context.abort(reason);
      });
      outcome.then(
        (value) => {
          release();
          resolve(value);
        },
        (error: unknown) => {
          release();
          reject(error);
        },
      );
    });
  };
}
