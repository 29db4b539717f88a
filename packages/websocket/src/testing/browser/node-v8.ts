/** Nothing to be done: the browser is started with its garbage collector exposed. */
export function setFlagsFromString(): void {}
