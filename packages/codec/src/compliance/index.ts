/** What every codec must do, as tests that run against any of them. @packageDocumentation */
export { codecCompliance } from "./codec-compliance.ts";
export type { Lifted, Sent } from "./effects.ts";
export { RecordingLifting, RecordingLowering } from "./effects.ts";
export { ModelBuilder } from "./model.ts";
export type { RandomType, Sample } from "./random-types.ts";
export { randomType } from "./random-types.ts";
