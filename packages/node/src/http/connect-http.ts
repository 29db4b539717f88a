import type { ClientRequest } from "node:http";
import type { ClientHttp2Session } from "node:http2";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import {
  createPlainTransport,
  type InvocationTransport,
  isRpcError,
  type Limits,
  type OpenRequest,
  RpcError,
  resolveLimits,
} from "@witwire/rpc";
import { builtIns } from "../built-ins.ts";
import type { ConnectOptions } from "../connect.ts";
import { resetSocket } from "../reset-socket.ts";
import { explainTlsFailure } from "../tls/tls-failure.ts";
import { authoritiesOf, keyPairOf, type TlsClientOptions } from "../tls/tls-options.ts";
import { formatHttpAddress, type HttpAddress } from "./http-address.ts";
import { toHeaders } from "./http-metadata.ts";
import { Http2Pulse } from "./http2-pulse.ts";
import { type HttpExchange, RequestDuplex } from "./request-duplex.ts";

/** Options of HTTP, for clients and servers. */
export interface HttpOptions {
  /** Default: `1.1` for `http://`; for `https://` clients use `2`, and servers answer both. */
  readonly version?: "1.1" | "2";
}

/** Milliseconds until a connection without requests is closed. */
const IDLE = 30_000;

/**
 * Megabytes that a connection of HTTP/2 may have queued. With Node's 10 a client that sends a large value could take no
 * answers meanwhile, not even those of other calls; what it queues is what its own program gave it.
 */
const SESSION_MEGABYTES = 1024;

/** Opens requests on connections that it keeps. */
interface HttpClient {
  begin(headers: Record<string, string>): HttpExchange;
  close(): void;
}

/** A transport whose calls are POST requests, over connections that are used again. */
export function connectHttp(address: HttpAddress, options: ConnectOptions): InvocationTransport {
  const version = options.http?.version ?? (address.scheme === "https" ? "2" : "1.1");
  const limits = resolveLimits(options.limits);
  const client = (version === "2" ? http2Client : http1Client)(address, options.tls ?? {}, limits);
  const peer = { transport: address.scheme, address: formatHttpAddress(address) };
  const dial = ({ metadata, timeout }: OpenRequest): RequestDuplex =>
    new RequestDuplex(client.begin(toHeaders(metadata, timeout)), peer);
  const inner = createPlainTransport(dial, options);
  return {
    codec: inner.codec,
    open: (request) => inner.open(request),
    stats: () => inner.stats(),
    close: async (how) => {
      await inner.close(how);
      client.close();
    },
  };
}

function tlsOptions(address: HttpAddress, { servername, verify = true, ca, ...pair }: TlsClientOptions): object {
  if (address.scheme === "http") return {};
  return {
    ...keyPairOf(pair),
    ...authoritiesOf(ca),
    ...(servername === undefined ? {} : { servername }),
    rejectUnauthorized: verify,
  };
}

/** Why a request failed, where it never reached the server. */
function explainer(address: HttpAddress, tls: TlsClientOptions): (error: Error) => RpcError | undefined {
  const where = formatHttpAddress(address);
  return (thrown) => {
    // HTTP/2 cancels the requests of a connection that failed, and says why in the cause.
    const error: NodeJS.ErrnoException = thrown.cause instanceof Error ? thrown.cause : thrown;
    if (isRpcError(error)) return error;
    const name = tls.servername ?? address.host;
    const secure = { error, where, name, connected: true, showedCertificate: tls.cert !== undefined };
    const explained = address.scheme === "https" ? explainTlsFailure(secure) : undefined;
    if (explained !== undefined) return explained;
    if (error.syscall !== "connect" && error.syscall !== "getaddrinfo") return undefined;
    const text = `cannot connect to ${where} (${error.code}): is a server listening there?`;
    return new RpcError("unavailable", text, { started: "no", cause: error });
  };
}

function http1Client(address: HttpAddress, tls: TlsClientOptions, { keepaliveInterval }: Limits): HttpClient {
  const secure = address.scheme === "https";
  const agentOptions = { keepAlive: true, maxFreeSockets: 256, timeout: 0, ...tlsOptions(address, tls) };
  const { Agent, request } = secure ? builtIns.https : builtIns.http;
  const agent = new Agent(agentOptions);
  const explain = explainer(address, tls);
  const begin = (headers: Record<string, string>): HttpExchange => {
    const { host, port, path } = address;
    const output: ClientRequest = request({
      host,
      port,
      path,
      method: "POST",
      headers,
      agent,
    });
    output.setNoDelay(true);
    output.setSocketKeepAlive(true, keepaliveInterval);
    const exchange: HttpExchange = {
      output,
      onResponse: undefined,
      explain,
      abort: () => {
        const { socket } = output;
        if (socket !== null && !secure && !socket.connecting && !socket.destroyed) resetSocket(socket);
        output.destroy();
      },
    };
    output.once("response", (input) => exchange.onResponse?.(input.statusCode ?? 0, input));
    return exchange;
  };
  return { begin, close: () => agent.destroy() };
}

function http2Client(address: HttpAddress, tls: TlsClientOptions, limits: Limits): HttpClient {
  const origin = formatHttpAddress({ ...address, path: "" });
  // What Node would write of an IPv6 host lacks its brackets, and strict servers refuse that.
  const authority = new URL(origin).host;
  const explain = explainer(address, tls);
  const connections = new Set<Http2Pulse<ClientHttp2Session>>();
  const open = (): Http2Pulse<ClientHttp2Session> => {
    const session = builtIns.http2.connect(origin, {
      settings: { initialWindowSize: 1024 * 1024, enablePush: false },
      maxSessionMemory: SESSION_MEGABYTES,
      ...tlsOptions(address, tls),
    });
    const pulse = new Http2Pulse(session, limits);
    session.once("connect", (_session, socket) => {
      session.setLocalWindowSize(16 * 1024 * 1024);
      if (socket instanceof Socket) socket.setKeepAlive(true, limits.keepaliveInterval);
    });
    session.setTimeout(IDLE, () => {
      if (pulse.isIdle) session.close();
    });
    // Its requests fail with the same error.
    session.on("error", () => {}).once("close", () => connections.delete(pulse));
    connections.add(pulse);
    return pulse;
  };
  /** What the next request goes over: none of which it is in doubt whether it still works. */
  const connection = (): Http2Pulse<ClientHttp2Session> => {
    for (const pulse of connections) {
      if (!pulse.isDoubtful && !pulse.session.closed && !pulse.session.destroyed) return pulse;
    }
    return open();
  };
  const begin = (headers: Record<string, string>): HttpExchange => {
    const pulse = connection();
    const output = pulse.session.request(
      { ":method": "POST", ":authority": authority, ":path": address.path, ...headers },
      { endStream: false },
    );
    pulse.watch(output);
    const before = pulse.received;
    const exchange: HttpExchange = {
      output,
      onResponse: undefined,
      explain,
      abort: () => {
        // Whoever gave up may have waited for a connection that is dead.
        if (pulse.received === before) pulse.doubt();
        output.close(builtIns.http2.constants.NGHTTP2_CANCEL);
      },
    };
    output.once("response", (received) => exchange.onResponse?.(received[":status"] ?? 0, output as Readable));
    return exchange;
  };
  return {
    begin,
    close: () => {
      for (const { session, isDoubtful } of connections) {
        // One that is dead would never come to its end.
        if (isDoubtful) session.destroy();
        else session.close();
      }
    },
  };
}
