/** Sections of a component, by their numbers in Binary.md. */
const section = { component: 4, instance: 5, alias: 6, export: 11 } as const;
const instanceSort = 5;

/** Puts a component that imports nothing into another one, which exports some of its interfaces and nothing else. */
export function exportOnly(interfaces: readonly string[], component: Uint8Array): Uint8Array {
  const instantiate = [1, 0, 0, 0];
  const aliases = interfaces.map((name) => [instanceSort, 0, 0, ...text(name)]);
  const exports = interfaces.map((name, index) => [0, ...text(name), instanceSort, index + 1, 0]);
  return Buffer.concat([
    Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0),
    Uint8Array.of(section.component, ...leb128(component.length)),
    component,
    framed(section.instance, instantiate),
    framed(section.alias, [aliases.length, ...aliases.flat()]),
    framed(section.export, [exports.length, ...exports.flat()]),
  ]);
}

function framed(id: number, content: readonly number[]): Uint8Array {
  return Uint8Array.of(id, ...leb128(content.length), ...content);
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value);
  return [...leb128(bytes.length), ...bytes];
}

function leb128(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb128(value >>> 7)];
}
