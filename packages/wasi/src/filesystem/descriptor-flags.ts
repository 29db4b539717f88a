import { constants } from "node:fs";

/** `wasi:filesystem/types` `descriptor-flags`. */
export interface DescriptorFlags {
  readonly read?: boolean | undefined;
  readonly write?: boolean | undefined;
  readonly fileIntegritySync?: boolean | undefined;
  readonly dataIntegritySync?: boolean | undefined;
  readonly requestedWriteSync?: boolean | undefined;
  readonly mutateDirectory?: boolean | undefined;
}

/** `wasi:filesystem/types` `open-flags`. */
export interface OpenFlags {
  readonly create?: boolean | undefined;
  readonly directory?: boolean | undefined;
  readonly exclusive?: boolean | undefined;
  readonly truncate?: boolean | undefined;
}

/** `wasi:filesystem/types` `path-flags`. */
export interface PathFlags {
  readonly symlinkFollow?: boolean | undefined;
}

/** Never follows a link, never waits for the other end of a pipe, never takes a terminal. Windows has none of these. */
const always = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** What to open a file with. */
export function systemFlags(open: OpenFlags, flags: DescriptorFlags): number {
  const { O_CREAT, O_EXCL, O_TRUNC, O_RDONLY, O_WRONLY, O_RDWR, O_SYNC, O_DSYNC } = constants;
  let bits = always | (flags.write ? (flags.read ? O_RDWR : O_WRONLY) : O_RDONLY);
  if (open.create) bits |= O_CREAT;
  if (open.exclusive) bits |= O_EXCL;
  if (open.truncate) bits |= O_TRUNC;
  if (flags.fileIntegritySync) bits |= O_SYNC ?? 0;
  if (flags.dataIntegritySync) bits |= O_DSYNC ?? 0;
  return bits;
}
