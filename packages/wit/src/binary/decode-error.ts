/**
 * What kind of fault a binary has. `malformed`: the bytes do not have the format. `invalid`: they do, but what they say
 * breaks a rule of the component model. `unsupported`: fine, but not with this decoder. `limit`: larger than allowed.
 */
export type ComponentDecodeErrorKind = "malformed" | "invalid" | "unsupported" | "limit";

/** A component binary that cannot be read. */
export class ComponentDecodeError extends Error {
  override readonly name: string = "ComponentDecodeError";
  readonly kind: ComponentDecodeErrorKind;
  /** The place in the file that the error is about, in bytes. */
  readonly offset: number;
  /** The sentence that says what is wrong, without the place. */
  readonly reason: string;

  constructor(kind: ComponentDecodeErrorKind, offset: number, reason: string) {
    super(`${reason} (at offset 0x${offset.toString(16)})`);
    this.kind = kind;
    this.offset = offset;
    this.reason = reason;
  }
}

export function malformed(offset: number, reason: string): ComponentDecodeError {
  return new ComponentDecodeError("malformed", offset, reason);
}

export function invalid(offset: number, reason: string): ComponentDecodeError {
  return new ComponentDecodeError("invalid", offset, reason);
}

export function unsupported(offset: number, reason: string): ComponentDecodeError {
  return new ComponentDecodeError("unsupported", offset, reason);
}
