import type { Defect } from "./defects/defect.ts";
import type { Direction, Peer } from "./peers/peer.ts";

/** How a row went. */
export interface Outcome {
  readonly row: string;
  readonly status: "ok" | "defect" | "failed";
  /** The defect that the row shows. */
  readonly defect?: Defect;
  /** What is wrong, where it failed. */
  readonly detail?: string;
}

/** Compares how a row went, an error or none, with what is expected of it. */
export function judge(
  peer: Pick<Peer, "defects">,
  direction: Direction,
  row: string,
  error: string | undefined,
): Outcome {
  for (const defect of peer.defects) {
    const expected = defect.rows[direction].find(({ rows }) => rows.includes(row));
    if (expected === undefined) continue;
    if (error === undefined && expected.sometimes === true) return { row, status: "ok" };
    if (error === undefined) return { row, status: "failed", detail: `works in spite of the defect "${defect.name}"` };
    if (expected.error.test(error)) return { row, status: "defect", defect };
    return { row, status: "failed", detail: `is expected to fail by the defect "${defect.name}", but: ${error}` };
  }
  return error === undefined ? { row, status: "ok" } : { row, status: "failed", detail: error };
}
