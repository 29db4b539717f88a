import { run } from "../run.ts";

/** What a command line did. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command line to its end, in this process. */
export async function runWith(
  args: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): Promise<Ran> {
  let [out, error] = ["", ""];
  const code = await run(args, {
    async out(text) {
      out += text;
    },
    error(text) {
      error += text;
    },
    color: false,
    signal,
    insisted: new AbortController().signal,
  });
  return { code, out, error };
}
