/** WebAssembly components as servers and clients. @packageDocumentation */
export type {
  ComponentHost,
  GivenOptions,
  HostOptions,
  ServeComponentOptions,
  ServedFunction,
} from "./component-host.ts";
export { hostComponent, serveComponent } from "./component-host.ts";
export type { CallObserver, ObservedCall } from "./exports/call-observer.ts";
export { toRpcError } from "./failures.ts";
export type { LocalImports, RemoteImports } from "./imports/links.ts";
export { polyfillImports } from "./imports/links.ts";
export type { InstanceImports } from "./instances/hosted-instance.ts";
export type { RunnerStats } from "./instances/instance-runner.ts";
export type { PoolOptions } from "./instances/pool-options.ts";
export { DEFAULT_POOL_OPTIONS } from "./instances/pool-options.ts";
export type { RunOptions } from "./run-command.ts";
export { commandOf, runCommand } from "./run-command.ts";
export type { ByteStreams } from "./types/byte-streams.ts";
