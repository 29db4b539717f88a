import { type ByteOutput, type ByteSink, toByteSink } from "../io/byte-sink.ts";
import { type ByteInput, chunkSource, toByteSource } from "../io/byte-source.ts";
import { InputPipe } from "../io/input-pipe.ts";
import { NodeReadableSource } from "../io/node-readable-source.ts";
import { OutputPipe } from "../io/output-pipe.ts";

/** Where standard input comes from and the two outputs go to. */
export interface StdioOptions {
  /** Default: empty. `"inherit"`: the process's own. */
  readonly stdin?: Exclude<ByteInput, string> | "inherit";
  /** Default: thrown away. `"inherit"`: the process's own. A function gets each piece, and may return a promise while it is busy. */
  readonly stdout?: ByteOutput | "inherit";
  /** As `stdout`. */
  readonly stderr?: ByteOutput | "inherit";
}

/**
 * The three standard streams of one instance. A guest may ask for each of them as often as it likes; all that it gets
 * for one lead to the same pipe, so that nothing overtakes anything, and dropping one does not close the others.
 */
export class Stdio {
  readonly stdin: { readonly pipe: InputPipe; readonly isTerminal: boolean };
  readonly stdout: { readonly pipe: OutputPipe; readonly isTerminal: boolean };
  readonly stderr: { readonly pipe: OutputPipe; readonly isTerminal: boolean };

  /** @param capacity bytes that each output takes ahead */
  constructor({ stdin, stdout, stderr }: StdioOptions, capacity: number) {
    this.stdin = openInput(stdin);
    this.stdout = openOutput(stdout, "stdout", capacity);
    this.stderr = openOutput(stderr, "stderr", capacity);
  }

  /** Lets go of all three. What was written still arrives. */
  close(): void {
    this.stdin.pipe.close();
    this.stdout.pipe.end();
    this.stderr.pipe.end();
  }

  async settled(): Promise<void> {
    await Promise.all([this.stdout.pipe.settled(), this.stderr.pipe.settled()]);
  }
}

function openInput(input: StdioOptions["stdin"]): Stdio["stdin"] {
  if (input === undefined) return { pipe: new InputPipe(chunkSource([])), isTerminal: false };
  if (input !== "inherit") return { pipe: new InputPipe(toByteSource(input)), isTerminal: isTerminal(input) };
  return { pipe: new InputPipe(new NodeReadableSource(process.stdin, true)), isTerminal: isTerminal(process.stdin) };
}

function openOutput(
  output: ByteOutput | "inherit" | undefined,
  own: "stdout" | "stderr",
  capacity: number,
): Stdio["stdout"] {
  const chosen = output === "inherit" ? process[own] : output;
  const sink = chosen === undefined ? nowhere : toByteSink(chosen);
  return { pipe: new OutputPipe(sink, capacity), isTerminal: chosen !== undefined && isTerminal(chosen) };
}

const nowhere: ByteSink = { write: () => {} };

function isTerminal(stream: object): boolean {
  return "isTTY" in stream && stream.isTTY === true;
}
