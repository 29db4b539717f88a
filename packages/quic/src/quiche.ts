import type { Quiche } from "@matrixai/quic/native/quiche.js";
import { RpcError } from "@witwire/rpc";

export type { Quiche } from "@matrixai/quic/native/quiche.js";
export type {
  Config as QuicheConfig,
  Connection as QuicheConnection,
  Host as HostPort,
} from "@matrixai/quic/native/types.js";

/** The version that this package was tested with. */
export const BINDING = "@matrixai/quic@2.0.9";

let loading: Promise<Quiche> | undefined;

/**
 * The binding of Cloudflare's quiche in `@matrixai/quic`, which Node has no QUIC of its own for. Only the binding is used: it
 * has no promise for each packet, and says what became of a stream.
 *
 * @throws RpcError `unavailable` where it is not installed, or has no binary for this platform
 */
export function loadQuiche(): Promise<Quiche> {
  loading ??= import("@matrixai/quic/native/quiche.js").then(
    ({ default: quiche }) => quiche,
    (cause: unknown) => {
      const missing = (cause as { code?: unknown }).code === "ERR_MODULE_NOT_FOUND";
      const text = missing
        ? `QUIC needs another package: npm install ${BINDING}`
        : `${BINDING} has no binary for ${process.platform}-${process.arch}, or it cannot be loaded (${firstLine(cause)}); ` +
          "use tls:// instead of quic://";
      throw new RpcError("unavailable", text, { started: "no", retryable: false, cause });
    },
  );
  return loading;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n", 1)[0]?.slice(0, 200) ?? "";
}

/** Directions of a stream, as the binding numbers them; its own enumeration is there only once it is loaded. */
export const READ = 0;
export const WRITE = 1;

/** Error codes of our streams and connections. Peers in Rust know the first two, and take any other for a failure. */
export const StreamCode = {
  /** In order, where a connection is closed. */
  none: 0,
  /** The receiver has everything that it wants. */
  done: 1,
  /** The call was cancelled, or failed. */
  aborted: 2,
  /** Nothing was done: the server takes no more calls on this connection. */
  refused: 3,
} as const;

/** The number in an error like `StreamReset(2)`; `undefined` for any other error. */
export function streamErrorCode(
  error: unknown,
  kind: "StreamReset" | "StreamStopped" | "InvalidStreamState",
): number | undefined {
  const match = /^(\w+)\((\d+)\)$/.exec(error instanceof Error ? error.message : "");
  return match?.[1] === kind ? Number(match[2]) : undefined;
}
