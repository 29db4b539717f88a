import { readWit } from "@witwire/node";
import type { Resolve } from "@witwire/wit/model";

/** The contract of the suite. */
export const contract: Resolve = await readWit(import.meta.dirname);
