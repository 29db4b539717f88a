/** Names longer than this are not compared: nobody mistypes them by a letter or two and finds out here. */
const longestName = 64;
/** Names looked at for one suggestion. */
const mostCandidates = 1000;

/** `; did you mean "x"?` for the nearest of some names, or nothing where none is near. */
export function didYouMean(wanted: string, names: Iterable<string>): string {
  const nearest = nearestName(wanted, names);
  return nearest === undefined ? "" : `; did you mean "${nearest}"?`;
}

/** The name that differs least, if it differs by no more than about every third letter. */
export function nearestName(wanted: string, names: Iterable<string>): string | undefined {
  if (wanted.length > longestName) return undefined;
  let best: string | undefined;
  let bestDistance = Math.floor((wanted.length + 1) / 3) + 1;
  let seen = 0;
  for (const name of names) {
    if (++seen > mostCandidates) break;
    if (name === wanted || name.length > longestName || Math.abs(name.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Letters to insert, remove, replace or swap with their neighbour to make one word of the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replace = (last[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const swap = swapped(from, to, row, column) ? (beforeLast[column - 2] ?? 0) + 1 : replace;
      current.push(Math.min(replace, swap, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    beforeLast = last;
    last = current;
  }
  return last[to.length] ?? 0;
}

function swapped(from: string, to: string, row: number, column: number): boolean {
  return row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
}
