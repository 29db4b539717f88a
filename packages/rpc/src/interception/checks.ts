import { RpcError } from "../errors.ts";

/** @throws RpcError `invalid-argument` for what is no number of milliseconds */
export function checkTimeout(timeout: number | undefined): number | undefined {
  if (timeout === undefined || (typeof timeout === "number" && timeout >= 0)) return timeout;
  throw new RpcError("invalid-argument", `a timeout must be a number of milliseconds from 0, not ${String(timeout)}`, {
    started: "no",
  });
}

/** @throws RpcError `invalid-argument` for what is no signal */
export function checkSignal(signal: AbortSignal | undefined): AbortSignal | undefined {
  if (signal === undefined || typeof (signal as Partial<AbortSignal> | null)?.addEventListener === "function") {
    return signal;
  }
  throw new RpcError("invalid-argument", `a signal must be an AbortSignal, not ${typeof signal}`, { started: "no" });
}
