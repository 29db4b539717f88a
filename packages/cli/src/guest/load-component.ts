import { createReadStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Component, ComponentError, compile, DEFAULT_ENGINE_LIMITS } from "@witwire/component";
import { UsageError } from "../usage-error.ts";

/** How long a download may take, in milliseconds. */
const DOWNLOAD_TIMEOUT = 60_000;

/**
 * Reads and compiles a component.
 *
 * @param place a path, or a `file:`, `http:` or `https:` URL
 * @throws UsageError for what cannot be read, and what is no component
 */
export async function loadComponent(place: string, signal: AbortSignal): Promise<Component> {
  const bytes = await readBytes(place, signal);
  try {
    return await compile(bytes);
  } catch (error) {
    if (!(error instanceof ComponentError)) throw error;
    throw new UsageError(`${place} cannot be run: ${error.message}`);
  }
}

function readBytes(place: string, signal: AbortSignal): Promise<Uint8Array> {
  if (/^https?:/i.test(place)) return download(place, signal);
  const isUrl = /^file:/i.test(place);
  if (isUrl || !/^[a-z][a-z0-9+.-]*:\/\//i.test(place)) return readPath(place, isUrl, signal);
  throw new UsageError(`${place} cannot be read: it should be a path, or begin with file:, http: or https:`);
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
};

async function readPath(place: string, isUrl: boolean, signal: AbortSignal): Promise<Uint8Array> {
  try {
    return await bounded(createReadStream(isUrl ? fileURLToPath(place) : place, { signal }));
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = reasons[(error as NodeJS.ErrnoException).code ?? ""] ?? messageOf(error);
    throw new UsageError(`${place} cannot be read: ${reason}`);
  }
}

async function download(place: string, signal: AbortSignal): Promise<Uint8Array> {
  try {
    const response = await fetch(place, { signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT)]) });
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    return await bounded(response.body ?? []);
  } catch (error) {
    if (signal.aborted) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    throw new UsageError(`${place} cannot be downloaded: ${messageOf(error)}${cause}`);
  }
}

/** Reads piece by piece, so that what is too long, or never ends, is given up in time. */
async function bounded(content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const most = DEFAULT_ENGINE_LIMITS.maxComponentBytes;
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of content) {
    size += piece.length;
    if (size > most) throw new Error(`it is larger than ${most} bytes, as much as a component may have`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === "TimeoutError" ? `it took longer than ${DOWNLOAD_TIMEOUT / 1000} seconds` : error.message;
}
