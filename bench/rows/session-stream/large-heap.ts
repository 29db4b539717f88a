/** Objects as applications have them, about 100 MB of them. */
const OBJECTS = 400_000;

const option = "--large-heap";
/** Keeps them, since a module's variables live as long as it does. */
export let held: unknown;

/** What tells a server to hold a large heap like its client. */
export function heapOption(): string[] {
  return process.argv.includes(option) ? [option] : [];
}

/** Holds a large heap, where this process was told to. */
export function holdHeap(): void {
  if (heapOption().length === 0) return;
  held = Array.from({ length: OBJECTS }, (_, index) => ({ index, name: `number ${index}`, pair: [index, index + 1] }));
}
