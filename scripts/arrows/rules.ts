/** Packages from the bottom up: each may import those in front of it. */
export const packageOrder: readonly string[] = [
  "wit",
  "codec",
  "rpc",
  "contract",
  "node",
  "web",
  "websocket",
  "nats",
  "quic",
  "component",
  "wasi",
  "host",
  "wapc",
  "kernel",
  "bindgen",
  "cli",
];

/** These run in browsers: no Node modules or globals, no dependencies but each other. */
export const corePackages: ReadonlySet<string> = new Set(["wit", "codec", "rpc", "contract", "web"]);

/**
 * Files that are only ever loaded with `import()`, and so may import what their package otherwise must not: file, then
 * package, then its subpaths.
 */
export const lazyModules: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  // A server that nobody asks for its contract needs no printer.
  "packages/rpc/src/reflection/contract-texts.ts": { wit: ["text"] },
};

/** What may be imported of a package where not all of it may: importer, then package, then its subpaths. */
export const allowedSubpaths: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  // A browser client must stay small.
  rpc: { wit: ["model", "values"] },
  // The engine works without RPC.
  component: {
    wit: ["model", "values", "binary"],
    codec: [],
    rpc: [],
    contract: [],
    node: [],
    web: [],
    websocket: [],
    nats: [],
    quic: [],
  },
  // It implements interfaces for any engine, and for RPC too.
  wasi: {
    wit: ["model", "values"],
    codec: [],
    rpc: [],
    contract: [],
    node: [],
    web: [],
    websocket: [],
    nats: [],
    quic: [],
    component: [],
  },
  // WASI comes to it as plain imports, and sockets as transports.
  host: { node: [], web: [], websocket: [], nats: [], quic: [], wasi: [] },
};
