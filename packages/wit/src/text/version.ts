import { isKeyword } from "./tokens.ts";

/** A semantic version in its parts. */
interface Version {
  readonly numbers: readonly string[];
  readonly pre: readonly string[];
  readonly build: readonly string[];
}

const largestNumber = 2n ** 64n - 1n;

/** A semantic version as the lexer finds it; whether it is valid is decided by {@link versionProblem}. */
export const versionPattern: RegExp =
  /[0-9]+\.[0-9]+\.[0-9]+(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?/y;

/** Says what is wrong with a version that has the outer shape of one, or nothing where it is right. */
export function versionProblem(text: string): string | undefined {
  const { numbers, pre, build } = parseVersion(text);
  for (const number of numbers) {
    if (number.length > 1 && number.startsWith("0")) return `the number ${number} in a version has a leading zero`;
    if (number.length > 20 || BigInt(number) > largestNumber) return `the number ${number} in a version is too large`;
  }
  for (const part of pre) {
    if (/^0[0-9]+$/.test(part)) return `the number ${part} in a version has a leading zero`;
  }
  for (const part of [...pre, ...build]) {
    const word = part.replace(/^[0-9-]+/, "");
    if (isKeyword(word)) return `the word "${word}" in a version is a keyword, which other tools do not accept here`;
  }
  return undefined;
}

/** Orders two versions by semver precedence, and by build metadata where that is equal. Negative when `a` is older. */
export function compareVersions(a: string, b: string): number {
  const left = parseVersion(a);
  const right = parseVersion(b);
  for (let index = 0; index < 3; index++) {
    const order = compareNumbers(left.numbers[index] ?? "0", right.numbers[index] ?? "0");
    if (order !== 0) return order;
  }
  if (left.pre.length === 0 || right.pre.length === 0) {
    if (left.pre.length !== right.pre.length) return left.pre.length === 0 ? 1 : -1;
  }
  const order = compareParts(left.pre, right.pre);
  return order !== 0 ? order : compareParts(left.build, right.build);
}

function parseVersion(text: string): Version {
  const plus = text.indexOf("+");
  const core = plus < 0 ? text : text.slice(0, plus);
  const minus = core.indexOf("-");
  return {
    numbers: (minus < 0 ? core : core.slice(0, minus)).split("."),
    pre: minus < 0 ? [] : core.slice(minus + 1).split("."),
    build: plus < 0 ? [] : text.slice(plus + 1).split("."),
  };
}

function compareParts(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const order = comparePart(a[index] ?? "", b[index] ?? "");
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function comparePart(a: string, b: string): number {
  const [aNumeric, bNumeric] = [/^[0-9]+$/.test(a), /^[0-9]+$/.test(b)];
  if (aNumeric && bNumeric) return compareNumbers(a, b);
  if (aNumeric !== bNumeric) return aNumeric ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  if (left.length !== right.length) return left.length - right.length;
  if (left !== right) return left < right ? -1 : 1;
  return a.length - b.length;
}
