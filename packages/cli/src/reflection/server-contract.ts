import { createClient, type InvocationTransport, isRpcError, RpcError } from "@witwire/rpc";
import { type Instance, type ReflectionErrors, reflection } from "@witwire/rpc/reflection";
import type { Resolve } from "@witwire/wit/model";
import { parseWit, type WitLimits, WitSourceError } from "@witwire/wit/text";
import { isWitError } from "@witwire/wit/values";
import { UsageError } from "../usage-error.ts";

/** What a server says of itself. */
export interface ServerContract {
  readonly instances: readonly Instance[];
  /** Mostly one. Several where contracts of the server contradict each other. */
  readonly models: readonly Resolve[];
}

export interface AskOptions {
  /** As the person wrote it, for errors. */
  readonly address: string;
  /** Milliseconds. Default 10,000 */
  readonly timeout?: number | undefined;
  readonly signal: AbortSignal;
  /** What to do where the server does not tell, for example `give the contract with --wit`. */
  readonly wayOut: string;
}

/** A server may be anyone, so its texts have less room than those of files. */
const limits: Partial<WitLimits> = { sourceLength: 8 * 1024 * 1024, totalLength: 16 * 1024 * 1024, items: 500_000 };

const TIMEOUT = 10_000;

/**
 * Asks a server for its contract.
 *
 * @throws UsageError where it does not tell; RpcError where it cannot be asked, or answers nonsense
 */
export function askServer(transport: InvocationTransport, options: AskOptions): Promise<ServerContract> {
  return asking(options, async (callOptions) => {
    const client = createClient(reflection, transport);
    const [instances, texts] = await Promise.all([client.instances(callOptions), client.contracts(callOptions)]);
    return { instances, models: texts.map((text) => readText(text, options.address)) };
  });
}

/** Asks a server for the contract of one instance, as {@link askServer}. */
export function askInstance(transport: InvocationTransport, instance: string, options: AskOptions): Promise<Resolve> {
  return asking(options, async (callOptions) => {
    const text = await createClient(reflection, transport).contract(instance, callOptions);
    return readText(text, options.address);
  });
}

async function asking<T>(
  options: AskOptions,
  ask: (options: { readonly timeout: number; readonly signal: AbortSignal }) => Promise<T>,
): Promise<T> {
  try {
    return await ask({ timeout: Math.min(options.timeout ?? TIMEOUT, TIMEOUT), signal: options.signal });
  } catch (error) {
    if (isRefusal(error)) throw new UsageError(`${refusals[error.payload.tag](options)}; ${options.wayOut}`);
    if (isRpcError(error)) throw explain(error, options);
    throw error;
  }
}

type Refusal = ReflectionErrors["contract"];

function isRefusal(error: unknown): error is { readonly payload: Refusal } {
  return isWitError(error);
}

const refusals: Readonly<Record<Refusal["tag"], (options: AskOptions) => string>> = {
  "not-served": ({ address }) => `${address} has no such instance (witwire wit ${address} shows what it has)`,
  "no-contract": ({ address }) => `${address} knows no contract of this instance`,
  "too-long": ({ address }) => `the contract of ${address} is longer than it tells at once`,
};

/** Plain wRPC says nothing about why a call failed, so whoever answers it with nothing may well have no reflection. */
function explain(error: RpcError, { address, wayOut }: AskOptions): Error {
  switch (error.code) {
    case "unimplemented":
      return new UsageError(`${address} does not say what it serves (it has no witwire:reflection); ${wayOut}`);
    case "permission-denied":
      return new UsageError(
        `${address} does not say what it serves to callers from here (createServer({ reflection: "all" })); ${wayOut}`,
      );
    case "unknown":
      return new UsageError(`${address} did not answer when it was asked what it serves (${error.message}); ${wayOut}`);
    case "unavailable":
      if (error.started === "no" || !address.startsWith("wrpc+")) return error;
      return new UsageError(`${address} broke off when it was asked what it serves (${error.message}); ${wayOut}`);
    default:
      return error;
  }
}

function readText(text: string, address: string): Resolve {
  try {
    return parseWit(text, { file: "contract.wit", features: "all", limits });
  } catch (error) {
    if (!(error instanceof WitSourceError)) throw error;
    const message = `the contract that ${address} gave cannot be read: ${error.message}`;
    throw new RpcError("protocol", message, { started: "yes", cause: error });
  }
}
