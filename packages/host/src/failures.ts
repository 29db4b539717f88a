import { ComponentError, type ComponentErrorCode } from "@witwire/component";
import { isRpcError, RpcError, type RpcErrorCode, type Started } from "@witwire/rpc";

/** What callers are told of each failure of a component. The table in docs/components.md says the same. */
const codes: Readonly<Record<ComponentErrorCode, RpcErrorCode>> = {
  "invalid-component": "internal",
  unsupported: "unimplemented",
  link: "internal",
  "invalid-argument": "invalid-argument",
  trap: "trap",
  exit: "trap",
  "resource-exhausted": "resource-exhausted",
  cancelled: "cancelled",
  "deadline-exceeded": "deadline-exceeded",
  disposed: "unavailable",
};

/** The guest saw nothing of these calls. */
const beforeTheGuest: ReadonlySet<ComponentErrorCode> = new Set([
  "invalid-component",
  "unsupported",
  "link",
  "invalid-argument",
]);

/**
 * A failure of a component as the failure of a call. What the engine knows, stacks of the guest included, stays in `cause`,
 * which no transport sends.
 *
 * @param started what is known of whether the guest ran. Default: `yes`, unless the kind of failure says otherwise
 */
export function toRpcError(error: unknown, started?: Started): RpcError {
  if (isRpcError(error)) return error;
  if (error instanceof ComponentError) {
    const guess: Started = beforeTheGuest.has(error.code) ? "no" : "yes";
    return new RpcError(codes[error.code], error.message, { started: started ?? guess, cause: error });
  }
  const message = error instanceof Error ? error.message : String(error);
  return new RpcError("internal", message, { started: started ?? "yes", cause: error });
}
