/** What is used of a package-lock.json of version 3. */
export interface Lockfile {
  packages: Record<string, LockedPackage>;
}

export interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly license?: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly optional?: boolean;
  readonly os?: readonly string[] | string;
  readonly cpu?: readonly string[] | string;
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const platform =
  /-(android|darwin|freebsd|linux|openharmony|wasm32|win32)-?(arm64|arm|ia32|loong64|ppc64|riscv64|s390x|universal|wasi|x64)?(?:-(musl|gnu|msvc|eabi|gnueabihf|musleabihf))?$/;

/**
 * Adds optional packages for other platforms that npm left out because the registry it asked does not have them: without
 * them `npm ci` calls the file out of date. They get no checksum; npm looks at them only on their platform.
 *
 * @returns the names that were added
 * @throws RangeError for an optional package whose name does not tell its platform
 */
export function completeLockfile(lockfile: Lockfile): string[] {
  const added: string[] = [];
  for (const [path, owner] of Object.entries(lockfile.packages)) {
    if (!path.startsWith("node_modules/")) continue;
    for (const [name, version] of Object.entries(owner.optionalDependencies ?? {})) {
      if (`node_modules/${name}` in lockfile.packages) continue;
      lockfile.packages[`node_modules/${name}`] = lockedFor(name, version, owner);
      added.push(name);
    }
  }
  const sorted = Object.entries(lockfile.packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  lockfile.packages = Object.fromEntries(sorted);
  return added;
}

function lockedFor(name: string, version: string, owner: LockedPackage): LockedPackage {
  const [match, os, cpu, abi] = platform.exec(name) ?? [];
  if (os === "wasm32") return { version, cpu: [os], optional: true, ...(owner.dev === true ? { dev: true } : {}) };
  if (match === undefined || os === undefined || cpu === undefined) {
    throw new RangeError(`the lockfile lacks the optional package ${name}, and its name does not tell its platform`);
  }
  return {
    version,
    // A binary for several processors.
    ...(cpu === "universal" ? {} : { cpu: [cpu] }),
    ...(owner.dev === true ? { dev: true } : {}),
    ...(os === "linux" ? { libc: [abi?.startsWith("musl") === true ? "musl" : "glibc"] } : {}),
    ...(owner.license === undefined ? {} : { license: owner.license }),
    optional: true,
    os: [os],
    ...(owner.engines === undefined ? {} : { engines: owner.engines }),
  };
}
