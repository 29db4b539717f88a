import { RpcError } from "@witwire/rpc";

/** Sent when this side breaks off a stream that it has not ended. Pages may only send codes of their own, from 3000 on. */
export const CLOSE_ABORTED = 4000;

/** What the codes of a closed WebSocket mean, where they have a meaning. Others belong to applications. */
const meanings: Readonly<Record<number, string>> = {
  1000: "closed by the peer",
  1001: "the peer is going away",
  1002: "a fault in the WebSocket protocol",
  1003: "the peer takes no text",
  1006: "cut without a word",
  1007: "a malformed text",
  1008: "the peer does not allow it",
  1009: "a message was too large for the peer",
  1011: "the peer failed",
  1012: "the peer restarts",
  1013: "the peer is overloaded",
  1015: "TLS failed",
  [CLOSE_ABORTED]: "the peer failed the call",
};

/** The WebSocket was closed before both sides had ended. */
export function closedEarly(where: string, code: number, reason: string): RpcError {
  const meaning = meanings[code] ?? "the peer failed the call, or was lost";
  const said = reason === "" ? "" : `, saying "${reason}"`;
  return new RpcError("unknown", `the connection to ${where} broke: ${meaning} (close code ${code})${said}`);
}

/** The WebSocket did not come about. */
export function notConnected(where: string, reason: string, cause?: unknown): RpcError {
  return new RpcError("unavailable", `cannot connect to ${where}: ${reason}`, { started: "no", cause });
}

/** The peer sent a text that is not the mark of an end. */
export function unexpectedText(where: string): RpcError {
  return new RpcError(
    "protocol",
    `the peer at ${where} sent a text; only binary messages, and an empty text as end, are allowed`,
  );
}
