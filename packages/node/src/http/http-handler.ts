import type { Socket } from "node:net";
import type { Server } from "@witwire/rpc";
import { AcceptedPeer } from "../accepted-peer.ts";
import { fromHeaders } from "./http-metadata.ts";
import { type HttpRequest, type HttpResponse, ResponseDuplex } from "./response-duplex.ts";

export interface HttpHandlerOptions {
  /** The path under which calls are answered, with everything below it. Default `/`, which is all. */
  readonly path?: string;
  /** Whether callers have to show a certificate that the server's authorities have signed. Default `false`. */
  readonly requireCertificate?: boolean;
}

/** Answers the requests of `node:http`, `node:https` and `node:http2` servers. */
export type HttpHandler = (request: HttpRequest, response: HttpResponse) => void;

/**
 * Answers calls in plain wRPC, each a POST: its body is what the caller sends, the response's body what it gets, both at
 * the same time. Headers are the metadata of the context.
 *
 * The HTTP server around it has to let requests last as long as calls may: `requestTimeout` of `node:http` ends them after
 * five minutes unless it is 0.
 *
 * @throws RangeError for a path that does not begin with a slash
 */
export function createHttpHandler(server: Server, options: HttpHandlerOptions = {}): HttpHandler {
  const { path = "/", requireCertificate = false } = options;
  if (!path.startsWith("/")) throw new RangeError(`the path "${path}" has to begin with a slash`);
  const prefix = path.replace(/\/+$/, "");
  return (request, response) => {
    const socket = request.socket as Socket;
    const peer = new AcceptedPeer("encrypted" in socket ? "https" : "http", socket);
    const problem = problemOf(request, prefix, server);
    if (problem !== undefined) {
      refuse(request, response, problem);
      return;
    }
    const unknown = requireCertificate && peer.identity === undefined;
    const text = "the caller has to show a certificate that is accepted here; give it one with tls.cert and tls.key";
    if (unknown) refuse(request, response, [401, text]);
    else server.accept(new ResponseDuplex([request, response], peer, fromHeaders(request.headers), undefined));
  };
}

type Problem = readonly [status: number, text: string, headers?: Readonly<Record<string, string>>];

/** Why a request is no call; `undefined` when it may be one. */
function problemOf({ method, url = "/", headers }: HttpRequest, prefix: string, server: Server): Problem | undefined {
  const path = url.split("?", 1)[0] as string;
  if (path !== prefix && !path.startsWith(`${prefix}/`)) return [404, `calls are answered under ${prefix}/`];
  if (method !== "POST") return [405, "a call is a POST", { allow: "POST" }];
  // Browsers send these to servers of others without asking; and no call is meant by them.
  if (/^(?:text|multipart)\/|^application\/(?:json|x-www-form-urlencoded)/i.test(headers["content-type"] ?? "")) {
    return [415, "the body of a call is application/octet-stream"];
  }
  if ((headers["content-encoding"] ?? "identity") !== "identity") return [415, "the body of a call is not compressed"];
  const { maxMetadataBytes, maxConnections } = server.limits;
  const bytes = Object.entries(headers).reduce((sum, [key, value]) => sum + key.length + String(value).length, 0);
  if (bytes > maxMetadataBytes) return [431, `headers of ${bytes} bytes (limit maxMetadataBytes: ${maxMetadataBytes})`];
  if (server.stats().connections >= maxConnections)
    return [503, `more than ${maxConnections} calls (limit maxConnections)`];
  return undefined;
}

function refuse(request: HttpRequest, response: HttpResponse, [status, text, headers = {}]: Problem): void {
  const answer = response as import("node:http").ServerResponse;
  answer.writeHead(status, {
    "content-type": "text/plain",
    ...headers,
    ...("stream" in response ? {} : { connection: "close" }),
  });
  answer.end(`${text}\n`);
  request.resume();
}
