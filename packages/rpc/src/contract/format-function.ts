/** `instance.function`, or just the function at the root of a world. */
export function formatFunction(instance: string, name: string): string {
  return instance === "" ? name : `${instance}.${name}`;
}
