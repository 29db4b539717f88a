/** Bytes of one chunk, as the application has them. */
export const CHUNK_BYTES: number = 64 * 1024;

/** Chunks of one measurement, and in front of it: compiling alone takes V8 some thousand of them. */
export const CHUNKS = 24000;
export const WARMUP_CHUNKS = 8000;
