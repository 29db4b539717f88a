import { RpcError } from "@witwire/rpc";
import type { StreamFailures } from "./stream-pair-link.ts";

/** Error codes of streams: those of Witwire over QUIC, of which wRPC's own crates know the first. */
const StreamCode = {
  /** The server wants no more. */
  none: 0,
  /** The receiver has everything that it wants. */
  done: 1,
  /** The call was cancelled, or failed. */
  aborted: 2,
} as const;

/** What is used of a browser's `WebTransportError`. */
interface WebTransportErrorLike {
  readonly source: "stream" | "session";
  readonly streamErrorCode: number | null;
  readonly message: string;
}

interface WebTransportErrorInit {
  readonly streamErrorCode: number;
}

type WebTransportErrorClass = new (
  message: WebTransportErrorInit & { toString(): string },
  init: WebTransportErrorInit,
) => unknown;

/** What broken streams of WebTransport mean. */
export function streamFailures(where: string): StreamFailures {
  return {
    explain: (reason) => new RpcError("unknown", explain(where, reason), { cause: reason }),
    isEnough: (reason) => {
      const code = codeOf(reason);
      return code === StreamCode.none || code === StreamCode.done;
    },
    abortReason: () => {
      const { WebTransportError } = globalThis as unknown as { WebTransportError: WebTransportErrorClass };
      const message = "the call was broken off";
      const init = { message, streamErrorCode: StreamCode.aborted, toString: () => message };
      // The message stands in front of the rest in the specification, and is a part of it in Chromium.
      return new WebTransportError(init, init);
    },
  };
}

/** There is no session, or it was lost before anything was sent on a stream of it. */
export function noSession(where: string, reason: string, cause?: unknown): RpcError {
  return new RpcError("unavailable", `no WebTransport session with ${where}: ${reason}`, { started: "no", cause });
}

function explain(where: string, reason: unknown): string {
  const code = codeOf(reason);
  if (code !== undefined) return `the peer at ${where} broke the call off (code ${code})`;
  const said = reason instanceof Error ? reason.message : String(reason);
  return `the session with ${where} broke: the peer was lost (${said})`;
}

/** The code that the peer has broken a stream off with, where it was the peer and not the network. */
function codeOf(reason: unknown): number | undefined {
  const { source, streamErrorCode } = reason as Partial<WebTransportErrorLike>;
  return source === "stream" ? (streamErrorCode ?? undefined) : undefined;
}
