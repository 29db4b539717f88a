import { readFile } from "node:fs/promises";
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
    const hint = isCoreModule(bytes)
      ? "; it is a core module: `wasm-tools component new` makes a component of it, with an adapter where it uses WASI"
      : "";
    throw new UsageError(`${place} cannot be run: ${error.message}${hint}`);
  }
}

async function readBytes(place: string, signal: AbortSignal): Promise<Uint8Array> {
  if (/^https?:/i.test(place)) return download(new URL(place), signal);
  try {
    return await readFile(/^file:/i.test(place) ? fileURLToPath(place) : place);
  } catch (error) {
    throw new UsageError(`${place} cannot be read: ${messageOf(error)}`);
  }
}

/** Reads a body piece by piece, so that one that is too long is given up in time. */
async function download(url: URL, signal: AbortSignal): Promise<Uint8Array> {
  const most = DEFAULT_ENGINE_LIMITS.maxComponentBytes;
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT)]) });
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of response.body ?? []) {
      size += piece.length;
      if (size > most) throw new Error(`it is larger than ${most} bytes, as much as a component may have`);
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } catch (error) {
    if (signal.aborted) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
    throw new UsageError(`${url.href} cannot be downloaded: ${messageOf(error)}${cause}`);
  }
}

/** The preamble of a core module, as against that of a component. */
function isCoreModule(bytes: Uint8Array): boolean {
  return bytes.length >= 8 && bytes[0] === 0 && bytes[4] === 1 && bytes[6] === 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
