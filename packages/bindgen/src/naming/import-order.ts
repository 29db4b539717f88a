/** Orders names as Biome's organizer does: letter by letter, of equal letters the capital first, digits by their value. */
export function compareNaturally(left: string, right: string): number {
  const lefts = left.match(/\d+|\D/g) ?? [];
  const rights = right.match(/\d+|\D/g) ?? [];
  for (let index = 0; index < Math.min(lefts.length, rights.length); index++) {
    const difference = comparePart(lefts[index] as string, rights[index] as string);
    if (difference !== 0) return difference;
  }
  return lefts.length - rights.length;
}

function comparePart(left: string, right: string): number {
  if (/^\d/.test(left) && /^\d/.test(right)) return Number(left) - Number(right);
  const [a, b] = [left.toLowerCase(), right.toLowerCase()];
  if (a !== b) return a < b ? -1 : 1;
  return left === right ? 0 : left < right ? -1 : 1;
}
