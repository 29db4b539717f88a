/**
 * Handles are made up anew by every server. This one learns which handle of today stands for which recorded one, and
 * puts it into recorded requests.
 */
export class Handles {
  readonly #today = new Map<string, string>();

  /** A recorded request with the handles of today. */
  translate(request: string): string {
    let translated = request;
    for (const [recorded, current] of this.#today) translated = translated.replaceAll(recorded, current);
    return translated;
  }

  /** The response of today with recorded handles, so that it can be compared with the recorded one. */
  learn(response: string, recorded: string): string {
    const [current, old] = [handleOf(response), handleOf(recorded)];
    if (current === undefined || old === undefined) return response;
    this.#today.set(old, current);
    return recorded;
  }
}

/** The handle that is all of a response: a frame on the root path with 17 bytes, which are a length of 16 and the handle. */
function handleOf(response: string): string | undefined {
  return /^001110([0-9a-f]{32})$/.exec(response)?.[1];
}
