import type { RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";

/**
 * A way on which calls come to a server that is no byte stream, such as the subjects of a message broker. It is told what
 * can be called, passes calls on to the {@link CallHost} that attaching it gave, and detaches itself when it is done.
 */
export interface CallSource {
  /** All that can be called from now on. Told when the source is attached, and whenever that changes; calls that run go on. */
  serve(targets: readonly Header[]): void;
  /** Takes no more calls, lets those that run end, and detaches itself then. */
  drop(error: RpcError): void;
  /** Breaks off what is left, and detaches itself. */
  breakOff(error: RpcError): void;
}
