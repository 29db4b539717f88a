import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { corePackages } from "../arrows/rules.ts";
import { CommandError, run, runNpm } from "../run.ts";
import { readManifest } from "../workspace.ts";
import type { StagedPackage } from "./stage.ts";

/** A project outside the workspace that has installed the tarballs and nothing else. Disposing removes it. */
export class Consumer implements Disposable {
  readonly folder: string;
  readonly #root: string;
  readonly #packages: readonly StagedPackage[];

  private constructor(root: string, packages: readonly StagedPackage[]) {
    this.folder = mkdtempSync(join(tmpdir(), "witwire-consumer-"));
    this.#root = root;
    this.#packages = packages;
  }

  /** @param root folder of the repository, whose TypeScript is used */
  static async install(root: string, packages: readonly StagedPackage[]): Promise<Consumer> {
    const consumer = new Consumer(root, packages);
    try {
      writeFileSync(
        join(consumer.folder, "package.json"),
        JSON.stringify({ name: "consumer", private: true, type: "module" }),
      );
      const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--loglevel=error"];
      const specs = [...packages.map((item) => item.tarball), ...optionalPeers(root, packages)];
      await runNpm(["install", ...flags, ...specs], { cwd: consumer.folder });
      return consumer;
    } catch (error) {
      consumer[Symbol.dispose]();
      throw error;
    }
  }

  /** Everything that the packages export, for example `@witwire/wit/model`. */
  get specifiers(): readonly string[] {
    return this.#packages.flatMap(({ name, folder }) => {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
        exports: Record<string, unknown>;
      };
      const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== "./package.json");
      return subpaths.map((subpath) => name + subpath.slice(1));
    });
  }

  /**
   * Lets TypeScript resolve and check every export, the declaration files included.
   *
   * @returns what it complains about
   */
  async checkTypes(resolution: "nodenext" | "bundler"): Promise<string[]> {
    return this.#compile(this.specifiers, {
      module: resolution === "bundler" ? "esnext" : "nodenext",
      moduleResolution: resolution,
      lib: ["es2024", "esnext.disposable"],
      types: ["node"],
    });
  }

  /** Checks the exports of core packages with nothing but a browser around them. Compliance suites run on Node only. */
  async checkBrowserTypes(): Promise<string[]> {
    const core = this.specifiers.filter((specifier) => corePackages.has(specifier.split("/")[1] ?? ""));
    return this.#compile(
      core.filter((specifier) => !specifier.endsWith("/compliance")),
      {
        module: "esnext",
        moduleResolution: "bundler",
        lib: ["es2024", "esnext.disposable", "dom", "dom.iterable", "dom.asynciterable"],
        types: [],
      },
    );
  }

  /** Imports every export in one process. @throws CommandError with what Node says */
  async importAll(): Promise<void> {
    const lines = this.specifiers.map((specifier) => `await import(${JSON.stringify(specifier)});`);
    await this.runModule("import-all.mjs", lines.join("\n"));
  }

  /** Runs a module inside the project. */
  async runModule(name: string, source: string): Promise<string> {
    writeFileSync(join(this.folder, name), source);
    return run(process.execPath, [name], { cwd: this.folder });
  }

  /** Runs a command that a package brought along. */
  async runCommand(name: string, ...args: string[]): Promise<string> {
    return run(process.execPath, [join(this.folder, "node_modules/.bin", name), ...args], { cwd: this.folder });
  }

  /** Puts a file or folder into the project. */
  copy(from: string, to: string): void {
    cpSync(from, join(this.folder, to), { recursive: true });
  }

  /** Writes a file into the project. */
  write(name: string, content: Uint8Array): void {
    writeFileSync(join(this.folder, name), content);
  }

  /** Does something while a package is not installed. */
  async without<T>(name: string, action: () => Promise<T>): Promise<T> {
    const installed = join(this.folder, "node_modules", name);
    const hidden = join(this.folder, "hidden");
    renameSync(installed, hidden);
    try {
      return await action();
    } finally {
      renameSync(hidden, installed);
    }
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #compile(specifiers: readonly string[], options: Readonly<Record<string, unknown>>): Promise<string[]> {
    const source = specifiers.map((specifier, index) => `export * as m${index} from ${JSON.stringify(specifier)};`);
    writeFileSync(join(this.folder, "types.ts"), `${source.join("\n")}\n`);
    const compilerOptions = {
      strict: true,
      target: "es2022",
      noEmit: true,
      skipLibCheck: false,
      typeRoots: [join(this.#root, "node_modules/@types")],
      ...options,
    };
    writeFileSync(join(this.folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["types.ts"] }));
    try {
      await run(process.execPath, [join(this.#root, "node_modules/typescript/bin/tsc"), "-p", "."], {
        cwd: this.folder,
      });
      return [];
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return error.message.split("\n").slice(1);
    }
  }
}

/** What some exports need only where they are used, linked from the workspace so that all of them can be imported. */
function optionalPeers(root: string, packages: readonly StagedPackage[]): string[] {
  const names = packages.flatMap(({ folder }) => Object.keys(readManifest(folder).peerDependencies ?? {}));
  const siblings = new Set(packages.map(({ name }) => name));
  return [...new Set(names)].filter((name) => !siblings.has(name)).map((name) => join(root, "node_modules", name));
}
