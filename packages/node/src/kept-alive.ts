/**
 * Has the system ask now and then whether the peer is there. Plain wRPC does not ask, and a call without a deadline, or a stream,
 * would wait for ever for a machine that has lost its power.
 *
 * @param interval milliseconds of silence
 */
export function keptAlive(interval: number): { readonly keepAlive: true; readonly keepAliveInitialDelay: number } {
  return { keepAlive: true, keepAliveInitialDelay: interval };
}
