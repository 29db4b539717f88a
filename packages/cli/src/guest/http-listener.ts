import type { ComponentHost } from "@witwire/host";
import { type HttpServer, incomingHandler, serveHttp, type Wasi } from "@witwire/wasi";
import { UsageError } from "../usage-error.ts";
import type { ServeLog } from "./serve-log.ts";

/** Whether a component answers HTTP requests. */
export function answersHttp(exports: Iterable<string>): boolean {
  return [...exports].some((name) => name.startsWith("wasi:http/incoming-handler@"));
}

/**
 * Answers HTTP requests with instances of a component.
 *
 * @param address `host:port`; port 0 picks a free one
 * @throws UsageError for an address that is none, or cannot be listened on
 */
export async function listenHttp(
  host: ComponentHost,
  address: string,
  { grace, log }: { readonly grace: number; readonly log: ServeLog },
): Promise<HttpServer> {
  const { host: name, port } = parseHostPort(address);
  if (host.policy === "shared") {
    throw new UsageError(
      "a component that exports resources has one instance for all calls, and cannot answer HTTP requests, which get one each",
    );
  }
  try {
    const server = await serveHttp(
      async () => {
        const lease = await host.lease();
        const { scope } = lease.own as Wasi;
        return { handle: incomingHandler(lease.instance.exports), scope, release: (failed) => lease.release(failed) };
      },
      {
        host: name,
        port,
        drainTimeout: grace,
        onError: (error, request) => log.httpFailed(error, `${request.method} ${request.url}`),
      },
    );
    log.listening(`http://${server.host.includes(":") ? `[${server.host}]` : server.host}:${server.port}`);
    return server;
  } catch (error) {
    throw new UsageError(`cannot listen on ${address}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parseHostPort(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? match?.[2];
  const port = Number(match?.[3]);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new UsageError(`--http-listen ${text} is not understood: write host:port, such as 127.0.0.1:8080 or [::1]:0`);
}
