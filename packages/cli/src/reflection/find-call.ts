import type { Instance } from "@witwire/rpc/reflection";
import type { Resolve } from "@witwire/wit/model";
import { parseWaveArguments, parseWaveCall, type WaveCall, WaveError } from "@witwire/wit/wave";
import { UsageError } from "../usage-error.ts";
import type { ServerContract } from "./server-contract.ts";

/** A call that was found in a model, with its arguments. */
export interface FoundCall {
  readonly resolve: Resolve;
  readonly call: WaveCall;
  readonly params: unknown[];
  /** The instance to call. */
  readonly instance: string;
}

/** Finds what a text calls, and reads its arguments. @throws UsageError with the place in the text */
export function findCall(resolve: Resolve, text: string): FoundCall {
  try {
    const call = parseWaveCall(resolve, text);
    const options = { source: text, offset: call.argumentsOffset };
    const params = parseWaveArguments(resolve, call.func, call.argumentsText, options);
    return { resolve, call, params, instance: call.instance };
  } catch (error) {
    if (error instanceof WaveError) throw new UsageError(error.reason, error.frame);
    throw error;
  }
}

/**
 * Finds a call among what a server says that it serves. An instance may be served under another name than that of its
 * interface; then either may be written.
 *
 * @param wanted the instance to call, where the person says so
 * @throws UsageError as {@link findCall}
 */
export function findServedCall({ models, instances }: ServerContract, text: string, wanted?: string): FoundCall {
  const [first, ...others] = models;
  if (first === undefined) throw new UsageError("the server knows no contract of what it serves; give it with --wit");
  const named = instances.find(({ name }) => name !== "" && text.trimStart().startsWith(`${name}.`));
  const [contract] = named?.contracts ?? [];
  if (named !== undefined && contract !== undefined && contract !== named.name) {
    const renamed = `${contract}${text.trimStart().slice(named.name.length)}`;
    return { ...findAmong(first, others, renamed), instance: named.name };
  }
  const found = findAmong(first, others, text);
  return { ...found, instance: wanted ?? servedName(found.call, instances) };
}

/** What the first model lacks may be in another; if it is in none, the first one's error says what there is. */
function findAmong(first: Resolve, others: readonly Resolve[], text: string): FoundCall {
  try {
    return findCall(first, text);
  } catch (error) {
    for (const resolve of others) {
      try {
        return findCall(resolve, text);
      } catch (again) {
        if (!(again instanceof UsageError)) throw again;
      }
    }
    throw error;
  }
}

/** The name under which an interface is served: its own, or the only other one. */
function servedName({ instance, name }: WaveCall, instances: readonly Instance[]): string {
  if (instances.some((candidate) => candidate.name === instance)) return instance;
  const others = instances.filter(
    ({ contracts, functions }) => contracts.includes(instance) && functions.includes(name),
  );
  const [only] = others;
  if (only === undefined) return instance;
  if (others.length === 1) return only.name;
  const names = others.map((candidate) => candidate.name).join(", ");
  throw new UsageError(`${instance} is served under several names; say which with --instance: ${names}`);
}
