/**
 * Exit codes of `witwire`. Scripts tell by them whose fault it was.
 *
 * - 0: it worked
 * - 1: the call failed: no server, no such function, time up, …
 * - 2: the command line, a WIT text or a WAVE text is wrong, or a server does not say what it should; nothing was called
 * - 3: the call worked and its result is `err`, or a status other than `serving`
 * - 130: interrupted
 */
export const exitCode = { ok: 0, failed: 1, usage: 2, err: 3, interrupted: 130 } as const;
