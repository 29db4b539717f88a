import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";

/** Where Debian and others have it; `CHROMIUM` names another. */
const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

/**
 * Chromium, or an error that says where it comes from.
 *
 * @param quic whether it may speak QUIC, which WebTransport needs
 */
export async function launchChromium({ quic = false }: { readonly quic?: boolean } = {}): Promise<Browser> {
  if (!existsSync(EXECUTABLE)) {
    throw new Error(
      `there is no Chromium at ${EXECUTABLE}: install it (apt-get install chromium), or name another with CHROMIUM=/path`,
    );
  }
  const quiet = ["--disable-gpu", "--no-first-run", "--disable-background-networking"];
  const still = ["--disable-component-update", "--disable-sync", ...(quic ? [] : ["--disable-quic"])];
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: ["--no-sandbox", "--js-flags=--expose-gc", ...quiet, ...still],
  });
}

/** Replaces the Node modules that compliance suites are written with. */
const nodeModules: Readonly<Record<string, string>> = {
  "node:test": "node-test.ts",
  "node:assert/strict": "node-assert.ts",
  "node:v8": "node-v8.ts",
  "node:vm": "node-vm.ts",
};

/** What Node has and Chromium does not. */
const banner = `{
  const channel = new MessageChannel();
  const queue = [];
  channel.port1.onmessage = () => queue.shift()?.();
  globalThis.setImmediate ??= (callback) => { queue.push(callback); channel.port2.postMessage(0); };
  ReadableStream.from ??= (source) => {
    const iterator = source[Symbol.asyncIterator]?.() ?? source[Symbol.iterator]();
    return new ReadableStream({
      pull: async (controller) => {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: () => iterator.return?.(),
    });
  };
}`;

/** A module that pages have instead of another one, where they cannot have that. */
export interface Replacement {
  /** Matches the path of the other one. */
  readonly of: RegExp;
  /** TypeScript. */
  readonly by: string;
}

/** A script of this folder, or at an absolute path, with all that it imports, for a page. */
export async function bundle(script: string, replacement?: Replacement): Promise<string> {
  const replaces = (of: RegExp, contents: string): Plugin => ({
    name: "replacement",
    setup: (building) =>
      building.onLoad({ filter: of }, ({ path }) => ({ contents, loader: "ts", resolveDir: dirname(path) })),
  });
  const { outputFiles } = await build({
    entryPoints: [resolve(import.meta.dirname, script)],
    plugins: replacement === undefined ? [] : [replaces(replacement.of, replacement.by)],
    alias: Object.fromEntries(
      Object.entries(nodeModules).map(([name, file]) => [name, join(import.meta.dirname, file)]),
    ),
    bundle: true,
    format: "iife",
    platform: "browser",
    target: "es2022",
    banner: { js: banner },
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

/** Serves an empty page, and scripts by their paths, on the loopback interface. */
export async function servePages(scripts: Readonly<Record<string, string>>): Promise<HttpServer> {
  const http = createServer((request, response) => {
    const script = scripts[request.url ?? ""];
    response.setHeader("Content-Type", script === undefined ? "text/html" : "text/javascript");
    // Isolated pages have a clock that is exact enough to see that time has passed.
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Embedder-Policy", "require-corp");
    response.end(script ?? "<!doctype html><title>test</title>");
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return http;
}

export function originOf(http: HttpServer): string {
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

/** A page of an origin with one script. What it prints as an error is printed here. */
export async function openPage(browser: Browser, origin: string, script: string): Promise<Page> {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error("the page threw:", error));
  await page.goto(origin);
  await page.addScriptTag({ url: script });
  return page;
}
