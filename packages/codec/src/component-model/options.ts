/** How the component-model codec gets along with peers that deviate. */
export interface ComponentModelOptions {
  /**
   * Accept signed integers of full length whose last byte lacks the bits that extend the sign, as Rust peers up to wRPC
   * 0.17 expect them. Harmless, because the type says how wide the number is. Default `true`.
   */
  readonly truncatedIntegers?: boolean;
  /**
   * Read flags in as many bytes as Rust's generated encoders write: 1, 2, 4, 8 or 16, where 3, 5 to 7 or 9 to 15 are
   * right. Only for connections whose peer is known to be such a one: what others send is then misread. What is written
   * is right in any case, since the same peers read it. Default `false`.
   */
  readonly rustFlagsQuirk?: boolean;
  /**
   * Write and read `char` as the LEB128 of its code point, as Go peers do, where UTF-8 is right. The two agree on ASCII
   * alone. Default `false`.
   */
  readonly goChars?: boolean;
}
