import { RpcError } from "../errors.ts";
import type { Limits } from "../limits.ts";
import type { Cursor } from "./cursor.ts";

/** What one side of a session tells the other about itself, once, in its first frame. */
export interface Settings {
  /** Longest frame that it takes, in bytes behind the length. */
  readonly maxFrameBytes: number;
  /** Invocations that the other side may have open at the same time. */
  readonly maxInvocations: number;
  /** Bytes that may be sent on a path before it grants more. */
  readonly initialWindow: number;
  /** Resources of the other side that it is willing to hold. */
  readonly maxHandles: number;
  /** Metadata of one call, in bytes. */
  readonly maxMetadataBytes: number;
}

/** What holds before the other side's settings are there. No limit of a side may be below these, those of invocations and handles excepted. */
export const DEFAULT_SETTINGS: Settings = Object.freeze({
  maxFrameBytes: 1024 * 1024,
  maxInvocations: 1024,
  initialWindow: 64 * 1024,
  maxHandles: 10_000,
  maxMetadataBytes: 16 * 1024,
});

/** Every side takes frames of so many bytes, which is more than we ever send. */
export const MIN_FRAME_BYTES: number = 128 * 1024;

/** The value encodings that a session knows, as bits of setting 6. */
export const COMPONENT_MODEL_CODEC = 1;

const SettingId = {
  maxFrameBytes: 1,
  maxInvocations: 2,
  initialWindow: 3,
  maxHandles: 4,
  keepalive: 5,
  codecs: 6,
  maxMetadataBytes: 8,
} as const;

/** The pairs of numbers that say what a side's limits are, where they are not the defaults. */
export function settingPairs(limits: Limits): (readonly [id: number, value: number])[] {
  const pairs: (readonly [number, number])[] = [];
  const say = (id: number, value: number, usual: number): void => {
    if (value !== usual) pairs.push([id, value]);
  };
  say(SettingId.maxInvocations, Math.min(limits.maxInvocations, MAX_COUNT), DEFAULT_SETTINGS.maxInvocations);
  say(SettingId.maxHandles, Math.min(limits.maxHandles, MAX_COUNT), DEFAULT_SETTINGS.maxHandles);
  say(SettingId.maxMetadataBytes, limits.maxMetadataBytes, DEFAULT_SETTINGS.maxMetadataBytes);
  return pairs;
}

const MAX_COUNT = 2 ** 31 - 1;

/**
 * Reads settings up to the cursor's end; those that are not known are skipped.
 *
 * @throws RpcError `protocol` for values that cannot be, or a peer without a value encoding that we have
 */
export function readSettings(cursor: Cursor, base: Settings): Settings {
  const read: { -readonly [K in keyof Settings]: Settings[K] } = { ...base };
  while (cursor.at < cursor.end) {
    const id = cursor.varint();
    const value = cursor.varint();
    if (id === SettingId.maxFrameBytes) read.maxFrameBytes = atLeast(MIN_FRAME_BYTES, value, "a longest frame");
    else if (id === SettingId.maxInvocations) read.maxInvocations = value;
    else if (id === SettingId.initialWindow) read.initialWindow = atLeast(1, value, "an initial window");
    else if (id === SettingId.maxHandles) read.maxHandles = value;
    else if (id === SettingId.maxMetadataBytes) read.maxMetadataBytes = value;
    else if (id === SettingId.codecs && value % 2 === 0) {
      throw new RpcError("protocol", "the peer does not know the component model's value encoding");
    }
  }
  return read;
}

function atLeast(least: number, value: number, what: string): number {
  if (value < least) throw new RpcError("protocol", `${what} of ${value} bytes is below ${least}`);
  return value;
}
