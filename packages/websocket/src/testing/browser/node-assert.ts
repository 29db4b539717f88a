/** What the compliance suites use of `node:assert/strict`, for a page. */

type Expected = ((error: unknown) => unknown) | RegExp | object | undefined;

function fail(message: string): never {
  throw new Error(message);
}

function ok(value: unknown, message?: string): void {
  if (!value) fail(message ?? `${show(value)} should be true`);
}

function equal(actual: unknown, expected: unknown, message?: string): void {
  if (!Object.is(actual, expected)) fail(message ?? `${show(actual)} should be ${show(expected)}`);
}

function deepEqual(actual: unknown, expected: unknown, message?: string): void {
  if (!isDeepEqual(actual, expected)) fail(message ?? `${show(actual)} should equal ${show(expected)}`);
}

function match(text: string, pattern: RegExp): void {
  if (!pattern.test(text)) fail(`${show(text)} should match ${pattern}`);
}

function doesNotMatch(text: string, pattern: RegExp): void {
  if (pattern.test(text)) fail(`${show(text)} should not match ${pattern}`);
}

async function rejects(outcome: Promise<unknown> | (() => Promise<unknown>), expected?: Expected): Promise<void> {
  let error: unknown;
  try {
    await (typeof outcome === "function" ? outcome() : outcome);
  } catch (thrown) {
    error = thrown;
    checkError(error, expected);
    return;
  }
  fail("it should be rejected");
}

function throws(body: () => unknown, expected?: Expected): void {
  try {
    body();
  } catch (error) {
    checkError(error, expected);
    return;
  }
  fail("it should throw");
}

function checkError(error: unknown, expected: Expected): void {
  if (expected === undefined) return;
  if (expected instanceof RegExp) match(String(error), expected);
  else if (typeof expected === "function") {
    const isClass = Object.hasOwn(expected, "prototype") && expected.prototype instanceof Error;
    if (isClass || (expected as unknown) === Error)
      ok(error instanceof (expected as never), `${show(error)} is another error`);
    else equal((expected as (error: unknown) => unknown)(error), true, `${show(error)} is not as expected`);
  } else {
    for (const [key, value] of Object.entries(expected)) {
      const actual = (error as Record<string, unknown>)[key];
      if (value instanceof RegExp) match(String(actual), value);
      else deepEqual(actual, value, `${key}: ${show(actual)} should be ${show(value)} of ${show(error)}`);
    }
  }
}

function isDeepEqual(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (a instanceof Map && b instanceof Map) return isDeepEqual([...a], [...b]);
  if (a instanceof Set && b instanceof Set) return a.size === b.size && [...a].every((value) => b.has(value));
  if (a instanceof Error && b instanceof Error && a.message !== b.message) return false;
  const keys = Reflect.ownKeys(a).filter((key) => Object.prototype.propertyIsEnumerable.call(a, key));
  const others = Reflect.ownKeys(b).filter((key) => Object.prototype.propertyIsEnumerable.call(b, key));
  if (keys.length !== others.length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && isDeepEqual(Reflect.get(a, key), Reflect.get(b, key)));
}

function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  const text = JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? `${inner}n` : inner));
  return (text ?? String(value)).slice(0, 500);
}

const assert: {
  readonly fail: typeof fail;
  readonly ok: typeof ok;
  readonly equal: typeof equal;
  readonly deepEqual: typeof deepEqual;
  readonly match: typeof match;
  readonly doesNotMatch: typeof doesNotMatch;
  readonly rejects: typeof rejects;
  readonly throws: typeof throws;
} = { fail, ok, equal, deepEqual, match, doesNotMatch, rejects, throws };
export default assert;
export { equal, rejects };
