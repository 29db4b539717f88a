/** Numbers of the session's wire format; docs/protocol.md says what they mean. */

/** "WITWIRE" and the version of the protocol. */
export const PREFACE: Uint8Array = Uint8Array.of(0x57, 0x49, 0x54, 0x57, 0x49, 0x52, 0x45, 0x01);

/** The version that the last byte of {@link PREFACE} says. */
export const SESSION_VERSION = 1;

/** Low half of the byte behind a frame's length. */
export const FrameType = {
  settings: 0,
  open: 1,
  data: 2,
  error: 3,
  cancel: 4,
  credit: 5,
  stop: 6,
  ping: 7,
  goAway: 8,
  drop: 9,
  give: 10,
} as const;

/** Flags of OPEN, in the high half. */
export const OpenFlag = { halfEnd: 1, timeout: 2, metadata: 4, target: 8 } as const;

/** Flags of DATA. CREDIT and STOP know `root` only. */
export const DataFlag = { halfEnd: 1, pathEnd: 2, root: 4, metadata: 8 } as const;

/** The flag of PING that makes it an answer. */
export const PING_ACK = 1;

/** The flag of ERROR that says that the same call may work later. */
export const ERROR_RETRYABLE = 1;

/** Bytes of a PING. */
export const PING_BYTES = 8;

/** Targets that one side remembers of the other, and how long their names may be together, in bytes of UTF-8. */
export const MAX_TARGETS = 4096;
export const MAX_TARGET_BYTES = 65_536;

/** Numbers in one DROP or GIVE, so that every receiver takes the frame. */
export const MAX_HANDLES_PER_FRAME = 1000;

/** A window may not grow beyond this, whoever asks. */
export const MAX_WINDOW: number = 2 ** 31 - 1;
