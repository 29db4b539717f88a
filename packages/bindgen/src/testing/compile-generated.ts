import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { GeneratedFile } from "../generate.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Generated code in a folder of the workspace's cache, so that it finds the packages that it imports. */
export class GeneratedCode implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param parts the files of each contract, by the name of a folder */
  static async write(name: string, parts: ReadonlyMap<string, readonly GeneratedFile[]>): Promise<GeneratedCode> {
    const code = new GeneratedCode(join(root, ".cache", `bindgen-${name}-${process.pid}`));
    for (const [part, files] of parts) {
      for (const { path, text } of files) {
        const file = join(code.folder, part, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
    }
    return code;
  }

  /**
   * What TypeScript has to say about all of it, with every check that a user may have switched on.
   *
   * @param except patterns of files that are left out
   */
  async compile(...except: string[]): Promise<string> {
    const config = {
      extends: join(root, "tsconfig.json"),
      compilerOptions: {
        // A browser, not Node.
        types: [],
        lib: ["es2024", "esnext.disposable", "dom", "dom.iterable", "dom.asynciterable"],
        skipLibCheck: false,
        noUnusedLocals: true,
        noUnusedParameters: true,
        noPropertyAccessFromIndexSignature: true,
        noImplicitReturns: true,
      },
      include: ["."],
      exclude: except,
    };
    await writeFile(join(this.folder, "tsconfig.json"), JSON.stringify(config));
    return run([join(root, "node_modules/typescript/bin/tsc"), "-p", this.folder, "--pretty", "false"], this.folder);
  }

  /**
   * What Biome would change about its format, with the settings of this repository.
   *
   * @param except parts that are not looked at
   */
  async checkFormat(...except: string[]): Promise<string> {
    const settings = {
      root: true,
      files: { includes: ["**/*.ts", ...except.map((part) => `!${part}`)] },
      formatter: { indentStyle: "space", indentWidth: 2, lineWidth: 120 },
      json: { formatter: { enabled: false } },
    };
    await writeFile(join(this.folder, "biome.json"), JSON.stringify(settings));
    const options = ["check", "--max-diagnostics=20", "--colors=off", "."];
    return run([join(root, "node_modules/@biomejs/biome/bin/biome"), ...options], this.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** @returns what a program printed where it failed, else nothing */
function run(args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [...args], { cwd, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve(error === null ? "" : `${stdout}${stderr}` || String(error));
    });
  });
}
