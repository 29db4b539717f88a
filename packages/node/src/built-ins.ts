/**
 * Modules of Node that many processes never need, loaded by those that do. Imported they would come with this package:
 * TLS, HTTP, child processes and `fs/promises` are 3 MB of heap, through which every garbage collection goes, also that of
 * a process which only speaks over TCP.
 */
export const builtIns: {
  readonly childProcess: typeof import("node:child_process");
  readonly files: typeof import("node:fs/promises");
  readonly http: typeof import("node:http");
  readonly http2: typeof import("node:http2");
  readonly https: typeof import("node:https");
  readonly tls: typeof import("node:tls");
} = {
  get childProcess() {
    return process.getBuiltinModule("node:child_process");
  },
  get files() {
    return process.getBuiltinModule("node:fs/promises");
  },
  get http() {
    return process.getBuiltinModule("node:http");
  },
  get http2() {
    return process.getBuiltinModule("node:http2");
  },
  get https() {
    return process.getBuiltinModule("node:https");
  },
  get tls() {
    return process.getBuiltinModule("node:tls");
  },
};
