import { wire } from "../wire-bytes.ts";

/** Bytes of whole invocations, as the specification's own implementations write them. */
export const golden: Readonly<
  Record<"helloRequest" | "helloResponse" | "deleteRequest" | "echoHeader" | "echoFrames", Uint8Array>
> = {
  helloRequest: wire("00 | 1b 'wrpc-examples:hello/handler' | 05 'hello' | 00 00"),
  helloResponse: wire("00 10 0f 'hello from Rust'"),
  deleteRequest: wire("00 | 13 'wasi:keyvalue/store' | 06 'delete' | 00 04 03 'key'"),
  echoHeader: wire("00 | 1d 'wrpc-examples:streams/handler' | 04 'echo'"),
  echoFrames: wire(`
    00 02 00 00
    02 00 00 03 02 01 02
    02 00 01 03 02 09 08
    02 00 00 03 01 ac 02
    02 00 01 01 00
    02 00 00 01 00
  `),
};

/** The header of an invocation. */
export function header(instance: string, name: string): Uint8Array {
  return wire(`00 ${text(instance)} ${text(name)}`);
}

function text(value: string): string {
  const length = new TextEncoder().encode(value).length;
  if (length > 127) throw new RangeError("a name for tests should be shorter");
  return `${length.toString(16).padStart(2, "0")} '${value}'`;
}
