/** What a decoder accepts from a peer. */
export interface DecodeLimits {
  /** Encoded size of one value in bytes. Default 16 MiB. */
  readonly maxValueBytes: number;
  /** List elements in one value, all lists together; numeric lists count as bytes instead. Default 1,048,576. */
  readonly maxElements: number;
}

export const DEFAULT_DECODE_LIMITS: DecodeLimits = Object.freeze({
  maxValueBytes: 16 * 1024 * 1024,
  maxElements: 1024 * 1024,
});
