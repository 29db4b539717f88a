/** WAVE: WIT values as text that people read and write. @packageDocumentation */
export type { WaveCall } from "./call.ts";
export { parseWaveArguments, parseWaveCall } from "./call.ts";
export type { WaveLimits } from "./limits.ts";
export { DEFAULT_WAVE_LIMITS } from "./limits.ts";
export type { ParseWaveOptions } from "./parse.ts";
export { parseWave } from "./parse.ts";
export type { OpaqueKind, PrintWaveOptions } from "./print.ts";
export { printWave } from "./print.ts";
export type { WaveErrorKind, WaveErrorPlace } from "./wave-error.ts";
export { WaveError, WaveValueError } from "./wave-error.ts";
