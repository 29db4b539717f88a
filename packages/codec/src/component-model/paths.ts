import type { PathPattern } from "../codec.ts";

/** The patterns one level further in. */
export function prefixed(step: number | "*", patterns: readonly PathPattern[]): readonly PathPattern[] {
  return patterns.length === 0 ? patterns : patterns.map((pattern) => [step, ...pattern]);
}

/** All patterns of several types that sit at the same place, each once. */
export function united(...sets: (readonly PathPattern[])[]): readonly PathPattern[] {
  const byText = new Map<string, PathPattern>();
  for (const pattern of sets.flat()) byText.set(pattern.join(), pattern);
  return [...byText.values()];
}
