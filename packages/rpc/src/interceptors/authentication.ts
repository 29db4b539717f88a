import { type CallContext, isPromiseLike } from "@witwire/wit/values";
import { formatFunction } from "../contract/format-function.ts";
import { isRpcError, RpcError, type RpcErrorCode } from "../errors.ts";
import { originOf } from "../interception/derived-context.ts";
import type { InterceptedCall, Interceptor } from "../interception/interceptor.ts";
import { AUTHORIZATION, tokenOf } from "./bearer-token.ts";
import { withinCall } from "./call-time.ts";
import { type FunctionMatcher, matches } from "./function-matcher.ts";

/** @typeParam I whom a token stands for */
export interface AuthenticateOptions<I> {
  /**
   * Says whom a token stands for, or `undefined` for one that is not good. An `RpcError` that it throws is what the caller
   * is told; anything else is a failure of this server. See `fixedTokens` for tokens that are known beforehand.
   */
  readonly verify: (token: string, call: InterceptedCall) => I | undefined | Promise<I | undefined>;
  /** Whether somebody may call a function; `permission-denied` otherwise. Default: everybody who has a good token. */
  readonly authorize?: (identity: I, call: InterceptedCall) => boolean | Promise<boolean>;
  /** Functions that need no token, for example those of health checks. A token is not looked at. Default: none. */
  readonly open?: FunctionMatcher;
}

/** An interceptor that knows who has called. */
export interface Authentication<I> extends Interceptor {
  /** Who has made the call of a context; `undefined` for open functions, and calls that did not come through here. */
  identityOf(context: CallContext | undefined): I | undefined;
}

/**
 * For servers: lets only those in who send a good token as `authorization: Bearer …` in the metadata of their calls. The
 * implementation learns from `identityOf(context)` who calls. The token itself goes no further: it is in no error, and
 * not in the metadata that the implementation sees.
 */
export function authenticate<I>({ verify, authorize, open }: AuthenticateOptions<I>): Authentication<I> {
  const identities = new WeakMap<CallContext, I>();
  const isOpen = matches(open);
  const interceptor: Interceptor = async (call, next) => {
    if (call.context === undefined || call.side !== "server") throw new TypeError("authenticate is for servers");
    const { [AUTHORIZATION]: authorization, ...metadata } = call.metadata;
    const changes = authorization === undefined ? undefined : { metadata };
    if (isOpen(call)) return next(changes);
    const token = tokenOf(call);
    if (token === undefined)
      throw refusal(
        "unauthenticated",
        "the call has no token: it goes into the metadata `authorization`, as `Bearer …`",
      );
    const identity = await check(token, call, () => verify(token, call));
    if (identity === undefined) throw refusal("unauthenticated", "the token was not accepted");
    if (authorize !== undefined && !(await check(token, call, () => authorize(identity, call)))) {
      throw refusal("permission-denied", `the token does not allow ${formatFunction(call.instance, call.name)}`);
    }
    identities.set(originOf(call.context), identity);
    return next(changes);
  };
  return Object.assign(interceptor, {
    identityOf: (context: CallContext | undefined): I | undefined =>
      context === undefined ? undefined : identities.get(originOf(context)),
  });
}

/** Asks whether a token is good. What is thrown tells neither callers nor logs the token. */
async function check<T>(token: string, call: InterceptedCall, ask: () => T | Promise<T>): Promise<T> {
  try {
    const answer = ask();
    return isPromiseLike(answer) ? await withinCall(call, answer) : answer;
  } catch (error) {
    const said = (error instanceof Error ? error.message : String(error)).replaceAll(token, "…");
    // Whatever the verifier said of calls of its own, this one's implementation has not run.
    if (isRpcError(error)) throw refusal(error.code, said);
    throw refusal("internal", "the token could not be verified", new Error(said));
  }
}

function refusal(code: RpcErrorCode, message: string, cause?: unknown): RpcError {
  return new RpcError(code, message, { started: "no", cause });
}
