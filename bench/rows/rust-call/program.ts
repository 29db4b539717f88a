import { rustProgram } from "../../../interop/peers/rust.ts";

/** The interoperability suite's peer, which answers and makes the same call. */
export const program: string = rustProgram("leb128-0.1.7");
