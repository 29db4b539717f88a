import { keptStackName } from "./kept-stack-module.ts";
import { webAssembly } from "./web-assembly.ts";

/**
 * A module with one function that traps:
 * `(module (func (export "t") unreachable))`
 */
const trapModule = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 0x74, 0, 0, 10, 5, 1, 3, 0, 0, 11,
]);

let trap: (() => void) | undefined;

/**
 * An error to throw into a guest that the guest cannot catch. Guests with exception handling can catch whatever
 * JavaScript throws (`catch_all`), except traps of WebAssembly itself, and V8 knows those by a mark on the error object.
 * So a real trap is made, caught, and thrown again.
 *
 * @param message said by the error
 */
export function uncatchable(message: string, cause: unknown): Error {
  trap ??= new webAssembly.Instance(new webAssembly.Module(trapModule), {}).exports.t as () => void;
  try {
    trap();
  } catch (error) {
    const made = error as Error;
    made.message = message;
    made.cause = cause;
    return made;
  }
  throw new Error("this engine's WebAssembly does not trap at unreachable");
}

/** The guest's frames of a stack trace, innermost first; `undefined` where there are none. */
export function wasmStack(error: unknown): string | undefined {
  if (!(error instanceof Error) || error.stack === undefined) return undefined;
  const frames = error.stack
    .split("\n")
    .filter((line) => line.includes("wasm://") && !ownFrames.some((own) => line.includes(own)));
  return frames.length === 0 ? undefined : frames.map((line) => line.trim()).join("\n");
}

/**
 * How V8 prints the frames of our own modules. The URL of the one that {@link uncatchable} calls has only the module's hash,
 * the other one its name before that.
 */
const ownFrames = ["wasm://wasm/9b26a95e:", `wasm://wasm/${keptStackName}-`] as const;
