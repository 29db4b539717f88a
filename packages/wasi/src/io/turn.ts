/**
 * When the event loop last ran on behalf of any guest, on the clock of `performance.now()`. It belongs to the thread and
 * not to an instance: a hundred guests that each take their share would hold up the loop a hundred times as long.
 */
let lastTurn = 0;

/**
 * Guests go on in microtasks as long as what they wait for is there, and nothing else runs meanwhile: no timer, no
 * socket. So every so often one of them has to wait for the event loop.
 *
 * @param limit milliseconds between two turns
 * @returns a promise for the next turn where one is due
 */
export function turnIfDue(limit: number): Promise<void> | undefined {
  if (performance.now() - lastTurn < limit) return undefined;
  return new Promise((resolve) => {
    setImmediate(() => {
      lastTurn = performance.now();
      resolve();
    });
  });
}
