import { WitError } from "@witwire/wit/values";

/** `wasi:sockets/network` `error-code`. */
export type ErrorCode =
  | "unknown"
  | "access-denied"
  | "not-supported"
  | "invalid-argument"
  | "out-of-memory"
  | "timeout"
  | "concurrency-conflict"
  | "not-in-progress"
  | "would-block"
  | "invalid-state"
  | "new-socket-limit"
  | "address-not-bindable"
  | "address-in-use"
  | "remote-unreachable"
  | "connection-refused"
  | "connection-reset"
  | "connection-aborted"
  | "datagram-too-large"
  | "name-unresolvable"
  | "temporary-resolver-failure"
  | "permanent-resolver-failure";

const codes: Readonly<Record<string, ErrorCode>> = {
  EACCES: "access-denied",
  EPERM: "access-denied",
  EADDRINUSE: "address-in-use",
  EADDRNOTAVAIL: "address-not-bindable",
  EAFNOSUPPORT: "not-supported",
  EAGAIN: "would-block",
  EALREADY: "concurrency-conflict",
  EBADF: "invalid-state",
  ECONNABORTED: "connection-aborted",
  ECONNREFUSED: "connection-refused",
  ECONNRESET: "connection-reset",
  EDESTADDRREQ: "invalid-argument",
  EFAULT: "invalid-argument",
  EHOSTDOWN: "remote-unreachable",
  EHOSTUNREACH: "remote-unreachable",
  EINVAL: "invalid-argument",
  EISCONN: "invalid-state",
  EMFILE: "new-socket-limit",
  EMSGSIZE: "datagram-too-large",
  ENETDOWN: "remote-unreachable",
  ENETRESET: "remote-unreachable",
  ENETUNREACH: "remote-unreachable",
  ENFILE: "new-socket-limit",
  ENOBUFS: "out-of-memory",
  ENOMEM: "out-of-memory",
  ENONET: "remote-unreachable",
  ENOPROTOOPT: "not-supported",
  ENOTCONN: "invalid-state",
  EOPNOTSUPP: "not-supported",
  EPIPE: "connection-aborted",
  ETIMEDOUT: "timeout",
  EWOULDBLOCK: "would-block",
  EAI_AGAIN: "temporary-resolver-failure",
  EAI_FAIL: "permanent-resolver-failure",
  EAI_MEMORY: "out-of-memory",
  ENOTFOUND: "name-unresolvable",
  EAI_NONAME: "name-unresolvable",
  EAI_NODATA: "name-unresolvable",
  EAI_ADDRFAMILY: "name-unresolvable",
  // What Node itself refuses: where `--permission` forbids the network.
  ERR_ACCESS_DENIED: "access-denied",
};

/** The `err` of a function of the sockets. */
export function socketError(code: ErrorCode): WitError<ErrorCode> {
  return new WitError(code);
}

/**
 * The code for an error of Node's.
 *
 * @param special what some of the system's errors mean for the function that failed
 */
export function errorCodeOf(error: unknown, special: Readonly<Record<string, ErrorCode>> = {}): ErrorCode {
  const code: unknown = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  if (typeof code !== "string") return "unknown";
  return special[code] ?? codes[code] ?? "unknown";
}
