import { ValueError } from "@witwire/wit/values";
import { maxByteLength } from "./layout.ts";

/** Checks how much room a string takes, before any is asked for. @throws ValueError for one that no component takes */
export function checkTextSize(size: number): void {
  if (size > maxByteLength) {
    throw new ValueError(`expected a string of at most ${maxByteLength} bytes, got one of ${size}`);
  }
}
