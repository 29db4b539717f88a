import { comparable, isMade } from "./plain-values.ts";
import type { Plan, PlannedCall } from "./plan.ts";

/** What became of one call. */
export type Outcome =
  | { readonly tag: "ok" | "err"; readonly value: string }
  /** The guest trapped, or the call failed in another way. */
  | { readonly tag: "failed"; readonly message: string };

/** What one engine made of a component. */
export type Report =
  | { readonly tag: "ran"; readonly outcomes: readonly (readonly Outcome[])[] }
  | { readonly tag: "not started"; readonly message: string };

/** A running component. */
export interface Running {
  /** An exported interface, or what is exported at the root. */
  scope(instance: string | undefined): Members;
  construct(resource: unknown, args: readonly unknown[]): unknown;
}

export type Members = Readonly<Record<string, unknown>>;

/**
 * Makes all calls of a plan, in order, on one instance; a new one after a call that failed.
 *
 * @param errPayload the payload of an `err`, wrapped, or `undefined` for any other failure
 */
export async function carryOut(
  { calls }: Plan,
  start: () => Promise<Running>,
  errPayload: (error: unknown) => { readonly value: unknown } | undefined,
): Promise<Report> {
  let running: Running | undefined;
  const outcomes: Outcome[][] = [];
  for (const call of calls) {
    const rounds: Outcome[] = [];
    for (const args of call.arguments) {
      try {
        running ??= await start();
      } catch (error) {
        return { tag: "not started", message: messageOf(error) };
      }
      try {
        rounds.push({ tag: "ok", value: comparable(await make(running, call, args)) ?? "nothing" });
      } catch (error) {
        const err = call.fallible ? errPayload(error) : undefined;
        if (err !== undefined) rounds.push({ tag: "err", value: comparable(err.value) ?? "nothing" });
        else {
          rounds.push({ tag: "failed", message: messageOf(error) });
          running = undefined;
        }
      }
    }
    outcomes.push(rounds);
  }
  return { tag: "ran", outcomes };
}

async function make(running: Running, { instance, target }: PlannedCall, args: readonly unknown[]): Promise<unknown> {
  const scope = running.scope(instance);
  const given = (await withResources(running, args)) as unknown[];
  switch (target.tag) {
    case "function":
      return (scope[target.property] as AnyFunction)(...given);
    case "constructor":
      return running.construct(scope[target.className], given);
    case "static":
      return ((scope[target.className] as Members)[target.property] as AnyFunction)(...given);
    case "method": {
      const [self, ...rest] = given as [Record<string, AnyFunction>, ...unknown[]];
      return self[target.property]?.(...rest);
    }
  }
}

type AnyFunction = (...args: readonly unknown[]) => unknown;

/** A value with the resources made that it stands for. */
async function withResources(running: Running, value: unknown): Promise<unknown> {
  if (isMade(value)) return running.construct(running.scope(value.instance)[value.className], value.args);
  if (Array.isArray(value)) return Promise.all(value.map((part) => withResources(running, part)));
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof Map) return value;
  const fields = Object.entries(value).map(async ([key, part]) => [key, await withResources(running, part)] as const);
  return Object.fromEntries(await Promise.all(fields));
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
