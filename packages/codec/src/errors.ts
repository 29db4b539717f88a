export { ValueError } from "@witwire/wit/values";

/** Bytes that are no value of the type, or more of them than the limits allow. */
export class DecodeError extends Error {
  override readonly name: string = "DecodeError";
  /** `limit` where the bytes may be right but are too many. */
  readonly kind: "malformed" | "limit";

  constructor(message: string, kind: "malformed" | "limit" = "malformed") {
    super(message);
    this.kind = kind;
  }
}
