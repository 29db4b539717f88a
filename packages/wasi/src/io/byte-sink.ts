import type { Writable } from "node:stream";
import { NodeWritableSink } from "./node-writable-sink.ts";
import { WebWritableSink } from "./web-writable-sink.ts";

/**
 * Where an output stream puts its bytes. One of these functions is outstanding at a time. They answer with a promise while
 * they are busy, and throw or reject when the destination broke: with an {@link IoError} where the guest is to learn
 * why, with {@link DestinationClosed} where it will simply take nothing more.
 */
export interface ByteSink {
  /** Takes bytes, which belong to it from then on; never empty. */
  write(bytes: Uint8Array): unknown;
  /** Sees to it that everything written before arrives. */
  flush?(): unknown;
  /** Nothing more comes; all was written. */
  end?(): unknown;
  /** Nothing more comes, and what is outstanding is not waited for. Called after a failure too. */
  abort?(): void;
}

/**
 * Where bytes may go: a function that is called with each piece and may return a promise while it is busy, a Node
 * `Writable`, a web `WritableStream`, or a {@link ByteSink}. Streams are not ended when the guest drops its end.
 */
export type ByteOutput = ((bytes: Uint8Array) => unknown) | Writable | WritableStream<Uint8Array> | ByteSink;

/** @throws TypeError for anything that bytes cannot go to */
export function toByteSink(output: ByteOutput): ByteSink {
  if (typeof output === "function") return { write: (bytes) => output(bytes) };
  if ("getWriter" in output) return new WebWritableSink(output);
  if (isNodeWritable(output)) return new NodeWritableSink(output);
  if ("write" in output && typeof output.write === "function") return output;
  throw new TypeError("expected a function, a writable stream or a sink to write to");
}

function isNodeWritable(output: Writable | ByteSink): output is Writable {
  return "on" in output && typeof output.on === "function" && typeof output.write === "function";
}
