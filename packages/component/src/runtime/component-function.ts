import type { FunctionType } from "@witwire/wit/binary";
import type { Frame } from "./frame.ts";

/** A function of the component level: one of the host's, or one that a component lifted. */
export interface ComponentFunction {
  /** For messages: `wasi:io/poll@0.2.0#poll`. */
  readonly label: string;
  readonly type: FunctionType;
  /** Whether it may answer with a promise. */
  readonly mayAwait: boolean;
  /**
   * Calls it with JavaScript values, and answers with one; a `result` in its tagged form.
   *
   * @param entering the component instances that are entered on the way, from {@link entering}
   * @param fromComponent whether a component calls, rather than the host
   */
  call(args: unknown[], entering: readonly Frame[], fromComponent: boolean): unknown;
  /** Whether a component implements it, rather than the host. */
  readonly isLifted: boolean;
  /** The component instances that a call from `caller` (from the host, if none) enters. */
  entering(caller: Frame | undefined): readonly Frame[];
}
