/** How a test went in the page. */
export interface Outcome {
  readonly name: string;
  /** What went wrong; absent when nothing did. */
  readonly failure?: string;
}

interface CollectedTest {
  readonly name: string;
  readonly timeout: number;
  readonly body: () => Promise<void>;
}

const tests: CollectedTest[] = [];
const groups: string[] = [];

/** Everything that the body collects belongs to the group. */
export function inGroup(name: string, body: () => void): void {
  groups.push(name);
  body();
  groups.pop();
}

export function collect(name: string, timeout: number, body: () => Promise<void>): void {
  tests.push({ name: [...groups, name].join(" / "), timeout, body });
}

/**
 * Runs what was collected, one after the other, and forgets it.
 *
 * @param left ends of the names of tests that are left out
 */
export async function runCollected(left: readonly string[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { name, timeout, body } of tests.splice(0)) {
    if (left.some((end) => name.endsWith(end))) continue;
    const failure = await within(timeout, body());
    outcomes.push(failure === undefined ? { name } : { name, failure });
  }
  return outcomes;
}

async function within(timeout: number, running: Promise<void>): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over within ${timeout} ms`)), timeout);
  });
  try {
    await Promise.race([running, late]);
    return undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  } finally {
    clearTimeout(timer);
  }
}
