/** How long {@link retry} waits between attempts, in milliseconds. */
export interface RetryBackoff {
  /** Before the second attempt at most. Default 100. */
  readonly first?: number;
  /** By what it grows with every further attempt. Default 2. */
  readonly factor?: number;
  /** Before any attempt at most. Default 5,000. */
  readonly most?: number;
}

/** @throws RangeError for what is no back-off */
export function resolveBackoff({ first = 100, factor = 2, most = 5000 }: RetryBackoff = {}): Required<RetryBackoff> {
  if (!(first >= 0 && most >= 0 && factor >= 1)) {
    throw new RangeError(
      `a back-off has times from 0 and a factor from 1, not first ${first}, most ${most}, factor ${factor}`,
    );
  }
  return { first, factor, most };
}

/**
 * Any time up to a bound that grows with the failures, all with the same likelihood, so that clients that have failed
 * together do not return together.
 *
 * @param failures attempts that have failed, from 1
 * @param retryAfter before which there is no use in trying
 * @param random from 0 to below 1
 */
export function retryDelay(
  { first, factor, most }: Required<RetryBackoff>,
  failures: number,
  retryAfter: number | undefined,
  random: number,
): number {
  return (retryAfter ?? 0) + random * Math.min(most, first * factor ** (failures - 1));
}
