/** Whether a value is a promise, or behaves as one; implementations, imports and producers may answer with either. */
export function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
