import { RpcError } from "../errors.ts";
import type { InterceptedCall, Interceptor } from "../interception/interceptor.ts";
import { withinCall } from "./call-time.ts";

/** Where the token is found in metadata. */
export const AUTHORIZATION = "authorization";

/**
 * For clients: sends a token with every call, as `authorization: Bearer …` in its metadata; a call that has such metadata
 * already keeps it. Plain wRPC carries no metadata. Whoever sees the bytes has the token, so send it over TLS.
 *
 * @param token the token, or what gives one for each call, which may take as long as the call may. Keeping a token until it
 * expires is up to the provider
 */
export function bearerToken(token: string | ((call: InterceptedCall) => string | Promise<string>)): Interceptor {
  return async (call, next) => {
    if (AUTHORIZATION in call.metadata) return next();
    const given = typeof token === "string" ? token : await withinCall(call, provide(token, call));
    if (!/^[!-~]+$/.test(given)) {
      throw new RpcError("unauthenticated", "the token of this client is empty, or has characters that no token has", {
        started: "no",
      });
    }
    return next({ metadata: { ...call.metadata, [AUTHORIZATION]: `Bearer ${given}` } });
  };
}

async function provide(
  token: (call: InterceptedCall) => string | Promise<string>,
  call: InterceptedCall,
): Promise<string> {
  return token(call);
}

/** The token in metadata; `undefined` where there is none. */
export function tokenOf({ metadata }: Pick<InterceptedCall, "metadata">): string | undefined {
  return /^Bearer +([!-~]+)$/i.exec(metadata[AUTHORIZATION] ?? "")?.[1];
}
