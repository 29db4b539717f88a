import type { Component } from "@witwire/component";
import { type ComponentHost, hostComponent } from "@witwire/host";
import type { Listener } from "@witwire/node";
import { type Compat, createServer, type ReflectionAccess, type Server } from "@witwire/rpc";
import type { HttpServer } from "@witwire/wasi";
import { type CommandDef, defineCommand } from "citty";
import { parseCount } from "../count.ts";
import { parseDuration } from "../duration.ts";
import { exitCode } from "../exit-code.ts";
import { answersHttp, listenHttp } from "../guest/http-listener.ts";
import { openImports, parseImport } from "../guest/import-addresses.ts";
import { explainLinking } from "../guest/link-problem.ts";
import { loadComponent } from "../guest/load-component.ts";
import { type LogFormat, logFormats, ServeLog } from "../guest/serve-log.ts";
import { wasiFactory } from "../guest/wasi-grants.ts";
import { rejectWasiImports } from "../guest/wasi-imports.ts";
import { repeatedOption } from "../repeated-option.ts";
import type { Terminal } from "../terminal.ts";
import { otherProtocol } from "../transports/addresses.ts";
import { takeCompat } from "../transports/compat.ts";
import { openListener } from "../transports/open-listener.ts";
import { readServeOptions, serveTransportArgs } from "../transports/serve-options.ts";
import { UsageError } from "../usage-error.ts";

const args = {
  component: {
    type: "positional",
    required: true,
    description: "A component: a path, or a file:, http: or https: URL",
  },
  listen: {
    type: "string",
    valueHint: "address",
    description:
      "tcp://, tls:// or unix:///path, ws://, wss://, nats://, http://, https://, or parent: and stdio: for whoever starts this; as often as needed (default: tcp://[::1]:7761, unless --http-listen is given). Port 0 picks a free one",
  },
  reflection: {
    type: "string",
    valueHint: "local|all|none",
    description: "Who may ask what is served (default: local, callers on this machine)",
  },
  "http-listen": {
    type: "string",
    valueHint: "host:port",
    description: "Where to answer HTTP requests, for components that export wasi:http/incoming-handler",
  },
  import: {
    type: "string",
    valueHint: "[interface=]address",
    description:
      "Where imports are called that are not WASI, any address that witwire call takes: all of them, or those of one interface; repeatable",
  },
  timeout: { type: "string", valueHint: "10s", description: "Time for a call of an import (default: 10s)" },
  "call-timeout": {
    type: "string",
    valueHint: "30s",
    description: "Time for a call of the component, waiting for an instance included (default: 30s)",
  },
  reuse: {
    type: "string",
    valueHint: "n",
    description: "Calls that an instance serves, one after another (default: 1, a fresh instance for each)",
  },
  "max-instances": { type: "string", valueHint: "n", description: "Instances at the same time (default: 100)" },
  env: { type: "string", valueHint: "NAME=value", description: "Environment variable of the guest; repeatable" },
  dir: { type: "string", valueHint: "host::guest", description: "Folder that the guest may use; repeatable" },
  "allow-net": {
    type: "string",
    valueHint: "host[:port]|all",
    description: "Where the guest may connect, and send HTTP requests; repeatable",
  },
  log: {
    type: "string",
    valueHint: "text|json|quiet",
    description: "How to log, on standard error (default: text; quiet: no line for calls that work)",
  },
  grace: {
    type: "string",
    valueHint: "10s",
    description: "Time that running calls have to end after an interrupt (default: 10s); a second one breaks them off",
  },
} as const;

/** `witwire serve <component>`: serves what a component exports. */
export const serveCommand: CommandDef<typeof args & typeof serveTransportArgs> = defineCommand({
  meta: { name: "serve", description: "Serve what a component exports" },
  args: { ...args, ...serveTransportArgs },
  async run({ args: options, rawArgs, data }) {
    const terminal = data as Terminal;
    const log = new ServeLog(terminal, parseFormat(options.log));
    const grace = parseDuration(options.grace ?? "10s");
    const addresses = repeatedOption(rawArgs, "listen");
    const httpAddresses = repeatedOption(rawArgs, "http-listen");
    const reflection = parseAccess(options.reflection);
    const imports = repeatedOption(rawArgs, "import").map(parseImport);
    const called = imports.map(({ address }) => address);
    const transportOptions = await readServeOptions(options, repeatedOption(rawArgs, "origin"), addresses, called);
    const { remote, close } = await openImports(imports, transportOptions.towards);
    const importTimeout = parseDuration(options.timeout ?? "10s");
    const perInstance = wasiFactory({
      env: repeatedOption(rawArgs, "env"),
      dirs: repeatedOption(rawArgs, "dir"),
      net: repeatedOption(rawArgs, "allow-net"),
      args: [options.component],
      stdin: !addresses.includes("stdio:"),
    });
    const component = await loadComponent(options.component, terminal.signal);
    rejectWasiImports(component, remote);
    if (httpAddresses.length > 0 && !answersHttp(component.exports.keys())) {
      throw new UsageError(
        `${options.component} does not export wasi:http/incoming-handler, so --http-listen is of no use`,
      );
    }
    const hostOptions = {
      perInstance,
      remote,
      importTimeout,
      callTimeout: parseDuration(options["call-timeout"] ?? "30s"),
      ...parseCount("--reuse", "reuse", options.reuse),
      ...parseCount("--max-instances", "maxInstances", options["max-instances"]),
      observe: (call: Parameters<ServeLog["call"]>[0]) => log.call(call),
    };
    const host = await startHost(component, options.component, hostOptions);
    if (host.policy === "shared" && (options.reuse ?? options["max-instances"]) !== undefined) {
      log.note(
        "the component exports resources, so all calls share one instance: --reuse and --max-instances mean nothing",
      );
    }
    const servers = new Map<Compat | undefined, Server>();
    const serverFor = (compat: Compat | undefined): Server => {
      const known = servers.get(compat);
      if (known !== undefined) return known;
      const onFailure = (failure: Parameters<ServeLog["failed"]>[0]): void => log.failed(failure);
      const server = createServer({ reflection, onFailure, ...(compat === undefined ? {} : { compat }) });
      servers.set(compat, server);
      host.serve(server);
      return server;
    };
    const listeners: (Listener | HttpServer)[] = [];
    try {
      for (const address of httpAddresses) listeners.push(await listenHttp(host, address, { grace, log }));
      // Who asks for HTTP alone does not get a second port.
      const rpcAddresses = addresses.length === 0 && httpAddresses.length === 0 ? [DEFAULT_ADDRESS] : addresses;
      if (rpcAddresses.length > 0) announce(host, options.component, log);
      for (const address of rpcAddresses) {
        const { address: place, compat } = takeCompat(address);
        const listener = await openListener(serverFor(compat), place, transportOptions);
        listeners.push(listener);
        log.listening(listener.address, compat === undefined ? otherProtocol(listener.address) : undefined);
      }
      await aborted(terminal.signal);
      log.stopping(servers.values().reduce((sum, server) => sum + server.stats().calls, 0));
      return exitCode.ok;
    } finally {
      onAbort(terminal.insisted, () => {
        log.insisted();
        for (const server of servers.values()) void server.close({ grace: 0 });
      });
      const closed = Array.from(servers.values(), (server) => server.close({ grace }));
      await Promise.all([...listeners.map((listener) => listener.close()), ...closed]);
      await host[Symbol.asyncDispose]();
      await close(terminal.insisted);
      if (listeners.length > 0) log.stopped();
    }
  },
});

const DEFAULT_ADDRESS = "tcp://[::1]:7761";

/** Further text of `witwire serve --help`. */
export const serveExamples = `EXAMPLES

  witwire serve greeter.wasm
  witwire serve shop.wasm --import wasi:keyvalue/store=tcp://[::1]:7762 --import wrpc+tcp://[::1]:7763
  witwire serve app.wasm --listen tcp://[::1]:0 --listen unix:///run/app.sock --dir ./data::/data --env MODE=test
  witwire serve site.wasm --http-listen 127.0.0.1:8080 --allow-net api.example.com:443
  witwire serve shop.wasm --listen tls://[::]:7761 --cert shop.pem --key shop.key --client-ca customers.pem
  witwire serve shop.wasm --listen ws://127.0.0.1:8080/rpc --listen 'nats://127.0.0.1:4222/shop?group=shops'
  witwire serve shop.wasm --listen wss://[::]:8443/rpc --cert shop.pem --key shop.key --origin https://app.example
  witwire serve shop.wasm --listen nats://nats.example/shop --nats-creds shop.creds
  witwire serve shop.wasm --listen tcp://[::1]:7761 --listen 'wrpc+tcp://[::1]:7762?compat=go'
  witwire serve https://example.com/app.wasm --reuse 1000 --max-instances 8 --log json

tcp://, tls://, unix://, ws:// and wss:// are sessions: one connection carries all calls. With wrpc+ in front they are plain
wRPC, for peers in Rust and Go, with a connection for each call. What listens there answers both. nats:// and wrpc+nats:// are
answered apart, and http:// is plain wRPC, in HTTP/1.1 or with --http2 in HTTP/2. ws:// needs @witwire/websocket to be
installed, and nats:// needs @witwire/nats.

With ?compat=go behind it an address of plain wRPC is for peers in Go, which need more than the specification asks for; what
listens there answers no sessions.

Every call gets a fresh instance, unless the component exports resources: then all calls share one instance. A guest gets
standard input and output, and of the rest only what is granted: no variables, no folders, no network.

EXIT CODES

  0  ended by an interrupt      2  the command line or the component is wrong
  1  it could not go on
`;

async function startHost(
  component: Component,
  place: string,
  options: Parameters<typeof hostComponent>[1],
): Promise<ComponentHost> {
  try {
    const host = hostComponent(component, options);
    await host.prepare();
    return host;
  } catch (error) {
    throw explainLinking(error, component, place);
  }
}

function announce(host: ComponentHost, place: string, log: ServeLog): void {
  const functions = host.served();
  if (functions.length === 0) {
    const hint = answersHttp(Object.keys(host.exports))
      ? "it answers HTTP requests: --http-listen 127.0.0.1:8080"
      : `witwire wit ${place} shows what it has`;
    throw new UsageError(`${place} exports no function that could be served (${hint})`);
  }
  for (const fn of functions) log.serving(fn);
}

function parseAccess(text = "local"): ReflectionAccess {
  const access = accesses.find((candidate) => candidate === text);
  if (access === undefined) throw new UsageError(`--reflection ${text} is unknown; there is ${accesses.join(", ")}`);
  return access;
}

const accesses: readonly ReflectionAccess[] = ["local", "all", "none"];

function parseFormat(text = "text"): LogFormat {
  const format = logFormats.find((candidate) => candidate === text);
  if (format === undefined) throw new UsageError(`--log ${text} is unknown; there is ${logFormats.join(", ")}`);
  return format;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => onAbort(signal, resolve));
}

function onAbort(signal: AbortSignal, react: () => void): void {
  if (signal.aborted) react();
  else signal.addEventListener("abort", () => react(), { once: true });
}
