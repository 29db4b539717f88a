import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { buildQuickJs, buildWasiQuickJs } from "../../../packages/component/src/testing/guest-builder.ts";
import { exportOnly } from "./export-only.ts";

const hello = "../../hello/";
/** componentize-qjs also exports a function `init`, which its own build has called already. */
const interfaces = ["wrpc-examples:hello/handler", "wrpc-examples:hello/counters"];

/** Builds the components of the demo. @returns their files */
export async function buildGuests(): Promise<{ readonly server: string; readonly client: string }> {
  const [wit, source, clientWit, clientSource] = await Promise.all([
    worldWit(),
    read("guest.ts"),
    read(`${hello}wit/hello.wit`),
    read(`${hello}guests/typescript/client.ts`),
  ]);
  // Both are made in one process, one after the other.
  const [server, client] = await Promise.all([
    buildQuickJs(wit, "guest", source),
    buildWasiQuickJs(clientWit, "client", clientSource),
  ]);
  return {
    server: await write("server.wasm", exportOnly(interfaces, server)),
    client: await write("client.wasm", client),
  };
}

/** The world, with the interfaces of the demo as a package in the same text. */
async function worldWit(): Promise<string> {
  const texts = await Promise.all(["hello", "counters"].map((name) => read(`../wit/${name}.wit`)));
  const members = texts.map((text) => text.replace(/^package .*;\n/, ""));
  return `${await read("world.wit")}\npackage wrpc-examples:hello {\n${members.join("\n")}\n}\n`;
}

function read(file: string): Promise<string> {
  return readFile(new URL(file, import.meta.url), "utf8");
}

/** Next to this file: the demo shows the paths. */
async function write(name: string, bytes: Uint8Array): Promise<string> {
  const folder = new URL(".cache/", import.meta.url);
  await mkdir(folder, { recursive: true });
  const file = fileURLToPath(new URL(name, folder));
  // Demos may run side by side; a rename shows either nothing or the whole file.
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, bytes);
  await rename(partial, file);
  return file;
}
