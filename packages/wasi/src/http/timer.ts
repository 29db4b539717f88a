/** Node's timers hold no more than 31 bits of milliseconds, and take anything longer for one. */
export const longestTimer = 2_147_483_647;

/** As `setTimeout`, for times of any length; one that is too long for a timer never ends. */
export function startTimer(milliseconds: number, callback: () => void): NodeJS.Timeout | undefined {
  return milliseconds > longestTimer ? undefined : setTimeout(callback, milliseconds);
}
