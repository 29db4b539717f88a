import type { Budget } from "./budget.ts";
import type { TypeArena } from "./type-arena.ts";

/** What all parts of the decoder share while one file is read. */
export interface Decoding {
  readonly budget: Budget;
  readonly arena: TypeArena;
  /** Core modules so far. */
  coreModules: number;
}
