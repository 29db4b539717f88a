/** Under what the numbers of a table came about. */
export interface Circumstances {
  readonly node: string;
  readonly cores: number;
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly rounds: number;
}

/** How the numbers of several rounds became one. */
export function roundsOf({ rounds }: Circumstances): string {
  return rounds === 1 ? "one round" : `medians of ${rounds} rounds in turns`;
}
