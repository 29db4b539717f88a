/** Adds a member, also where the object inherits one of that name that is read-only. */
export function defineMember(target: object, key: string | symbol, value: unknown): void {
  Object.defineProperty(target, key, {
    value,
    configurable: true,
    writable: true,
    enumerable: typeof key === "string",
  });
}
