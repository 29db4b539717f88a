/** Marks exits of every copy of this module in a process. */
const brand: unique symbol = Symbol.for("witwire.guest-exit") as never;

/**
 * Thrown by an implementation to end the component that called it, as `wasi:cli/exit` does. The guest cannot catch it and
 * runs no further.
 */
export class GuestExit extends Error {
  override readonly name: string = "GuestExit";
  /** 0 for success, to 255. */
  readonly status: number;

  static {
    Object.defineProperty(GuestExit.prototype, brand, { value: true });
  }

  constructor(status: number) {
    super(`the component ended with exit code ${status}`);
    this.status = status;
  }
}

/** Whether a value is a {@link GuestExit}, whichever copy of this module made it. */
export function isGuestExit(value: unknown): value is GuestExit {
  return typeof value === "object" && value !== null && brand in value;
}
