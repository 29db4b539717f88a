/** Marks errors of every copy of this module in a process. */
const brand: unique symbol = Symbol.for("witwire.error") as never;

/**
 * The `err` case of a function that returns `result<T, E>`: clients throw it, implementations throw it to answer `err`.
 * Anything else that an implementation throws is a failed call, not an `err`.
 */
export class WitError<E = unknown> extends Error {
  override readonly name: string = "WitError";
  /** The value of the error case; `undefined` for `result<T>` and `result<T, _>`. */
  readonly payload: E;

  static {
    Object.defineProperty(WitError.prototype, brand, { value: true });
  }

  constructor(payload: E, message: string = describe(payload)) {
    super(message);
    this.payload = payload;
  }
}

/** Whether a value is a {@link WitError}, whichever copy of this module made it. */
export function isWitError(value: unknown): value is WitError {
  return typeof value === "object" && value !== null && brand in value;
}

function describe(payload: unknown): string {
  if (payload === undefined) return "the function returned an error";
  if (typeof payload === "string") return payload;
  if (typeof payload === "object" && payload !== null && "tag" in payload && typeof payload.tag === "string") {
    return "val" in payload && typeof payload.val === "string" ? `${payload.tag}: ${payload.val}` : payload.tag;
  }
  return "the function returned an error";
}
