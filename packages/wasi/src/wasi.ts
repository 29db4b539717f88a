import { type CliOptions, cliInterfaces } from "./cli/cli-interfaces.ts";
import { Stdio, type StdioOptions } from "./cli/stdio.ts";
import { type ClockOptions, clockInterfaces } from "./clocks/clock-interfaces.ts";
import { type FilesystemOptions, filesystemInterfaces } from "./filesystem/filesystem-interfaces.ts";
import { type HttpOptions, httpInterfaces } from "./http/http-interfaces.ts";
import { type ByteStreams, byteStreams } from "./io/byte-streams.ts";
import { ioInterfaces } from "./io/io-interfaces.ts";
import type { WasiLimits } from "./limits.ts";
import { type RandomOptions, randomInterfaces } from "./random/random-interfaces.ts";
import { Scope } from "./scope.ts";
import type { NetworkOptions } from "./sockets/network-access.ts";
import { socketInterfaces } from "./sockets/socket-interfaces.ts";

/** What a guest is granted. Nothing of the host is, unless it is named here; clocks and random numbers every guest gets. */
export interface WasiOptions
  extends CliOptions,
    StdioOptions,
    ClockOptions,
    RandomOptions,
    FilesystemOptions,
    NetworkOptions,
    HttpOptions {
  /**
   * For components that run with `instantiateSync`, to which no call may answer later: files are read and written at
   * once, and the event loop gets no turn. Whatever has to be waited for still traps. Default: `false`.
   */
  readonly synchronous?: boolean;
  /** See {@link WasiLimits} for what is limited, and how much of it is the default. */
  readonly limits?: Partial<WasiLimits>;
}

/** WASI for one instance of a component. Disposing it ends all that the instance holds; `await using` waits for what it wrote. */
export interface Wasi extends Disposable, AsyncDisposable {
  /**
   * The interfaces, by their names: what `instantiate` of a component takes. They are of version {@link WASI_VERSION}, and
   * good for all of 0.2.
   */
  readonly imports: Readonly<Record<string, object>>;
  /** What the guest holds, for whoever gives it more: `InputStream.from(source, { scope: wasi.scope })`. */
  readonly scope: Scope;
  /** For whoever links other interfaces that take streams or pollables. */
  readonly streams: ByteStreams;
}

/** The version of WASI whose interfaces these are. */
export const WASI_VERSION: string = "0.2.12";

/**
 * Makes WASI 0.2 for one instance. Instances must not share one: what a guest opens is counted and closed with it.
 *
 * @throws RangeError for a limit below 1, TypeError for standard streams of unknown kinds and preopens that are no folders
 */
export function createWasi(options: WasiOptions = {}): Wasi {
  const scope = new Scope(options.limits, options.synchronous);
  const stdio = new Stdio(options, scope.limits.maxBufferedBytes);
  const groups = [
    ioInterfaces(scope),
    cliInterfaces(scope, stdio, options),
    clockInterfaces(scope, options),
    randomInterfaces(scope, options),
    socketInterfaces(scope, options),
    httpInterfaces(scope, options),
    filesystemInterfaces(scope, options),
  ];
  return {
    imports: withVersions(groups),
    scope,
    streams: byteStreams(scope),
    [Symbol.dispose]() {
      scope[Symbol.dispose]();
      stdio.close();
    },
    async [Symbol.asyncDispose]() {
      const drained = scope[Symbol.asyncDispose]();
      stdio.close();
      await Promise.all([drained, stdio.settled()]);
    },
  };
}

/** Names with versions, by those without. The same few for all instances. */
const versionedNames = new Map<string, string>();

function withVersions(groups: readonly Readonly<Record<string, object>>[]): Record<string, object> {
  const versioned: Record<string, object> = {};
  for (const interfaces of groups) {
    for (const name in interfaces) {
      let key = versionedNames.get(name);
      if (key === undefined) {
        key = `${name}@${WASI_VERSION}`;
        versionedNames.set(name, key);
      }
      versioned[key] = interfaces[name] as object;
    }
  }
  return versioned;
}
