import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { sync, WitError } from "@witwire/wit/values";
import type { Scope } from "../scope.ts";
import { type ErrorCode, errorCodeOf } from "./error-code.ts";
import { Exchange } from "./exchange.ts";
import { contentLength } from "./fields.ts";
import type { FutureIncomingResponse } from "./future-incoming-response.ts";
import { type HttpPermission, type RequestedTarget, requestTest } from "./http-access.ts";
import { methodText } from "./method.ts";
import { OutgoingRequest } from "./outgoing-request.ts";
import { RequestOptions } from "./request-options.ts";
import { parseAuthority, requestTarget } from "./target.ts";

/** Requests that a guest may make, and how they are made. */
export interface OutgoingHttpOptions {
  /** Default: none; all are refused with `HTTP-request-denied`. Sockets have permissions of their own. */
  readonly outgoing?: HttpPermission;
  /**
   * Who makes connections: for pools that instances share, for certificates, for proxies. Default: a connection for each
   * request.
   */
  readonly agents?: { readonly http?: HttpAgent; readonly https?: HttpsAgent };
  /** Bytes of the head of a response. Default 64 KiB; more is `HTTP-response-header-section-size`. */
  readonly maxHeaderBytes?: number;
  /** Fields in the head of a response. Default 512. */
  readonly maxHeaders?: number;
}

const httpAgent = new HttpAgent({ keepAlive: false });
const httpsAgent = new HttpsAgent({ keepAlive: false });
/** Methods that say of themselves that nothing follows. The others say a length, if only 0. RFC 9110, section 8.6. */
const withoutBody: ReadonlySet<string> = new Set(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE"]);

/**
 * The function of `wasi:http/outgoing-handler`, over HTTP/1.1. It throws a `WitError` with an `error-code` for a request
 * that cannot or may not be sent.
 *
 * @throws TypeError for permissions that are no patterns
 */
export function outgoingHandler(
  scope: Scope,
  options: OutgoingHttpOptions,
): (request: OutgoingRequest, options: RequestOptions | undefined) => FutureIncomingResponse {
  const { agents = {}, maxHeaderBytes = 64 * 1024, maxHeaders = 512 } = options;
  const isAllowed = requestTest(options.outgoing);
  const send = (request: OutgoingRequest, requestOptions: RequestOptions | undefined): FutureIncomingResponse => {
    const { target, authority } = targetOf(request);
    if (!isAllowed(target)) throw failure({ tag: "HTTP-request-denied" });
    if (scope.isFull("sockets")) throw failure({ tag: "connection-limit-reached" });
    const body = OutgoingRequest.bodyOf(request);
    const headers = ["Host", authority, ...headersOf(request, target.method)];
    const agent = target.scheme === "https" ? (agents.https ?? httpsAgent) : (agents.http ?? httpAgent);
    const timeouts = RequestOptions.timeoutsOf(requestOptions);
    try {
      return new Exchange(scope, { target, headers, body, timeouts, agent, maxHeaderBytes, maxHeaders }).response;
    } catch (error) {
      throw failure(errorCodeOf(error));
    }
  };
  return sync((request, requestOptions) => {
    try {
      return send(request, requestOptions);
    } catch (error) {
      // Who still has the body would wait for ever for somebody to take it.
      OutgoingRequest.bodyOf(request)?.[Symbol.dispose]();
      throw error;
    }
  });
}

/** @throws WitError an `error-code` */
function targetOf(request: OutgoingRequest): { readonly target: RequestedTarget; readonly authority: string } {
  // As in other hosts, nothing said means the safe one.
  const scheme = request.scheme()?.tag ?? "HTTPS";
  if (scheme === "other") throw failure({ tag: "HTTP-protocol-error" });
  const method = methodText(request.method());
  // A tunnel is no response, and WASI has no words for it.
  if (method === "CONNECT") throw failure({ tag: "HTTP-request-method-invalid" });
  const authority = request.authority() ?? "";
  const { host, port = scheme === "HTTPS" ? 443 : 80 } = parseAuthority(authority) ?? {};
  if (host === undefined || port === 0) throw failure({ tag: "HTTP-request-URI-invalid" });
  const pathWithQuery = requestTarget(request.pathWithQuery());
  return { target: { scheme: scheme === "HTTPS" ? "https" : "http", host, port, method, pathWithQuery }, authority };
}

/**
 * The guest's fields, and how long the body is.
 *
 * @throws WitError an `error-code`
 */
function headersOf(request: OutgoingRequest, method: string): string[] {
  const fields = request.headers();
  const raw = fields.toRaw();
  const length = contentLength(fields);
  if (length === "invalid") throw failure({ tag: "HTTP-protocol-error" });
  if (OutgoingRequest.bodyOf(request) !== undefined) {
    return length === undefined ? [...raw, "Transfer-Encoding", "chunked"] : raw;
  }
  if (length !== undefined && length > 0n) throw failure({ tag: "HTTP-request-body-size", val: 0n });
  return length !== undefined || withoutBody.has(method) ? raw : [...raw, "Content-Length", "0"];
}

function failure(code: ErrorCode): WitError<ErrorCode> {
  return new WitError(code);
}
