/** Tells a resource that nobody can reach it any more, if it wants to know. */
export function disposeResource(value: object): void {
  const disposable = value as Partial<Disposable>;
  if (typeof disposable[Symbol.dispose] !== "function") return;
  try {
    disposable[Symbol.dispose]?.();
  } catch (error) {
    // Nobody called, so nobody can be answered; the other resources must go all the same.
    console.error("Symbol.dispose of a resource threw:", error);
  }
}
