import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import type { Datetime } from "../clocks/wall-clock.ts";
import { fileError } from "./error-code.ts";

/** `wasi:filesystem/types` `descriptor-type`. */
export type DescriptorType =
  | "unknown"
  | "block-device"
  | "character-device"
  | "directory"
  | "fifo"
  | "symbolic-link"
  | "regular-file"
  | "socket";

/** `wasi:filesystem/types` `descriptor-stat`. */
export interface DescriptorStat {
  readonly type: DescriptorType;
  readonly linkCount: bigint;
  readonly size: bigint;
  readonly dataAccessTimestamp: Datetime | undefined;
  readonly dataModificationTimestamp: Datetime | undefined;
  readonly statusChangeTimestamp: Datetime | undefined;
}

/** `wasi:filesystem/types` `metadata-hash-value`. */
export interface MetadataHashValue {
  readonly lower: bigint;
  readonly upper: bigint;
}

/** `wasi:filesystem/types` `new-timestamp`. */
export type NewTimestamp =
  | { readonly tag: "no-change"; readonly val?: undefined }
  | { readonly tag: "now"; readonly val?: undefined }
  | { readonly tag: "timestamp"; readonly val: Datetime };

/** What Node's `Stats` and `Dirent` have in common. */
interface Typed {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
  isCharacterDevice(): boolean;
  isBlockDevice(): boolean;
  isFIFO(): boolean;
  isSocket(): boolean;
}

export function descriptorType(typed: Typed): DescriptorType {
  if (typed.isFile()) return "regular-file";
  if (typed.isDirectory()) return "directory";
  if (typed.isSymbolicLink()) return "symbolic-link";
  if (typed.isCharacterDevice()) return "character-device";
  if (typed.isBlockDevice()) return "block-device";
  if (typed.isFIFO()) return "fifo";
  return typed.isSocket() ? "socket" : "unknown";
}

export function descriptorStat(stats: BigIntStats): DescriptorStat {
  return {
    type: descriptorType(stats),
    linkCount: stats.nlink,
    size: stats.size,
    dataAccessTimestamp: datetime(stats.atimeNs),
    dataModificationTimestamp: datetime(stats.mtimeNs),
    statusChangeTimestamp: datetime(stats.ctimeNs),
  };
}

/** WASI has no times before 1970. */
function datetime(nanoseconds: bigint): Datetime | undefined {
  if (nanoseconds < 0n) return undefined;
  return { seconds: nanoseconds / 1_000_000_000n, nanoseconds: Number(nanoseconds % 1_000_000_000n) };
}

/**
 * Changes when a file is written to or replaced.
 *
 * @param secret keeps a guest from finding out inode numbers
 */
export function metadataHash({ dev, ino, size, mtimeNs }: BigIntStats, secret: Uint8Array): MetadataHashValue {
  const digest = createHash("sha256").update(secret).update(`${dev} ${ino} ${size} ${mtimeNs}`).digest();
  return { lower: digest.readBigUInt64LE(0), upper: digest.readBigUInt64LE(8) };
}

/**
 * A time for Node's functions: seconds since 1970.
 *
 * @param current what the file has now, in nanoseconds
 * @throws WitError `invalid` for nanoseconds beyond a second, `overflow` for a time that no file can have
 */
export function newTime(timestamp: NewTimestamp, current: bigint): number {
  if (timestamp.tag === "no-change") return Number(current) / 1e9;
  if (timestamp.tag === "now") return Date.now() / 1000;
  const { seconds, nanoseconds } = timestamp.val;
  if (nanoseconds >= 1_000_000_000) throw fileError("invalid");
  if (seconds > 0xff_ffff_ffffn) throw fileError("overflow");
  return Number(seconds) + nanoseconds / 1e9;
}
