import { type ContractRef, findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";

export const pipes: ContractRef = findInterface(
  parseWit(`
    package bench:streams@0.1.0;
    interface pipes {
      bytes: func(v: stream<u8>) -> stream<u8>;
      numbers: func(v: stream<u32>) -> stream<u32>;
    }
  `),
  "pipes",
);

/** Bytes of one chunk, as the application has them. */
export const CHUNK_BYTES: number = 64 * 1024;

/** Chunks of one measurement, and in front of it: compiling alone takes V8 some thousand of them. */
export const CHUNKS = 24000;
export const WARMUP_CHUNKS = 8000;
