import type { DataSource } from "../frame-writer.ts";

/** Data of frames that are written without a path behind them. */
export function fixedSource(bytes: Uint8Array): DataSource {
  return { moveTo: (writer, count) => writer.bytes(bytes.subarray(0, count)) };
}
