import type { Traits } from "../model/traits.ts";

/** Who looks at a type, and which way its values go. */
export interface View {
  /** Whether it is written for those who call functions, or for those who implement them. */
  readonly side: "client" | "handler";
  /** Whether values are handed over, or received. */
  readonly passing: boolean;
  /** Whether lists are readonly even though they are received. */
  readonly frozen?: boolean;
}

export const clientGets: View = { side: "client", passing: false };
export const clientPasses: View = { side: "client", passing: true };
export const handlerGets: View = { side: "handler", passing: false };
/**
 * For parameters with resources in them. What takes lists of a client's resources must be comparable to what takes lists
 * of one's own, which mutable lists are not.
 */
export const handlerGetsResources: View = { ...handlerGets, frozen: true };
export const handlerPasses: View = { side: "handler", passing: true };

/** What stands behind the name of a type, where it differs from how a client gets it. */
export function viewSuffix({ sided, directed }: Traits, { side, passing }: View): string {
  return `${sided && side === "handler" ? "Handler" : ""}${directed && passing ? "Input" : ""}`;
}

/** The views in which a type looks different, each once. */
export function viewsOf(traits: Traits): View[] {
  return [clientGets, clientPasses, handlerGets, handlerPasses].filter(
    ({ side, passing }) => (traits.sided || side === "client") && (traits.directed || !passing),
  );
}

/** How values are seen that go the other way: those of callers, by implementations, and the reverse. */
export function fromOtherSide(view: View): View {
  return { ...view, side: view.side === "client" ? "handler" : "client" };
}
