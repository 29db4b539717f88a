import { readWitPackage } from "@witwire/node";
import type { Resolve } from "@witwire/wit/model";
import { type ResolvedWit, WitSourceError } from "@witwire/wit/text";
import { UsageError } from "./usage-error.ts";

/**
 * Reads a WIT file or folder, or a component, for a command.
 *
 * @param features comma-separated names of `@unstable` features to switch on, or `all`
 * @throws UsageError with the offending line
 */
export async function readContract(path: string, features?: string): Promise<Resolve> {
  return (await readPackage(path, features)).resolve;
}

/** As {@link readContract}, and tells which package was asked for. */
export async function readPackage(path: string, features?: string): Promise<ResolvedWit> {
  try {
    return await readWitPackage(path, { features: features === "all" ? "all" : (features?.split(",") ?? []) });
  } catch (error) {
    if (error instanceof WitSourceError) throw new UsageError(error.message, error.frame);
    const reason = error instanceof Error ? error.message : String(error);
    // Told by its name, so that the decoder is not loaded for this.
    const isBinary = error instanceof Error && error.name === "ComponentDecodeError";
    throw new UsageError(isBinary ? `${path}: ${reason}` : reason);
  }
}
