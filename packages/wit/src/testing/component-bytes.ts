/** Writes components byte by byte, as Binary.md has them. */

type Bytes = readonly number[];
type Contents = Bytes | Uint8Array;

/** An unsigned LEB128 number. */
export function u32(value: number): Bytes {
  const low = value % 0x80;
  return value < 0x80 ? [low] : [low | 0x80, ...u32(Math.floor(value / 0x80))];
}

/** The index of a type where a type may stand: a signed LEB128 number, since primitive types are negative. */
export function typeIndex(value: number): Bytes {
  return value < 0x40 ? [value] : [(value % 0x80) | 0x80, ...typeIndex(Math.floor(value / 0x80))];
}

/** Text with its length in front. */
export function name(text: string): Bytes {
  const bytes = new TextEncoder().encode(text);
  return [...u32(bytes.length), ...bytes];
}

/** A list with its count in front. */
export function list(...elements: readonly Bytes[]): Bytes {
  return [...u32(elements.length), ...elements.flat()];
}

/** A section with its size. */
export function section(id: number, ...contents: readonly Contents[]): Bytes {
  const bytes = contents.flatMap((part) => [...part]);
  return [id, ...u32(bytes.length), ...bytes];
}

/** A section that is a list. */
export function sectionOf(id: number, ...elements: readonly Bytes[]): Bytes {
  return section(id, list(...elements));
}

export const preamble: Bytes = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
export const corePreamble: Bytes = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** A component of these sections. */
export function component(...sections: readonly Bytes[]): Uint8Array {
  return Uint8Array.from([...preamble, ...sections.flat()]);
}

/** The name of an import or export. */
export function externName(text: string): Bytes {
  return [0x00, ...name(text)];
}

/** Ids of sections. */
export const sections = {
  custom: 0,
  coreModule: 1,
  coreInstance: 2,
  coreType: 3,
  component: 4,
  instance: 5,
  alias: 6,
  type: 7,
  canon: 8,
  start: 9,
  import: 10,
  export: 11,
  value: 12,
} as const;

/** `func(x: u32) -> u32` */
export const u32ToU32: Bytes = [0x40, ...list([...name("x"), 0x79]), 0x00, 0x79];

/** A core module that exports `f`, which returns its argument: `(func (param i32) (result i32) local.get 0)`. */
export const identityModule: Bytes = [
  ...corePreamble,
  ...sectionOf(1, [0x60, ...list([0x7f]), ...list([0x7f])]),
  ...sectionOf(3, [0x00]),
  ...sectionOf(7, [...name("f"), 0x00, 0x00]),
  ...sectionOf(10, [0x04, 0x00, 0x20, 0x00, 0x0b]),
];

/** A component that lifts that function and exports it as `identity`. */
export function identityComponent(): Uint8Array {
  return component(
    section(sections.coreModule, identityModule),
    sectionOf(sections.coreInstance, [0x00, 0x00, ...list()]),
    sectionOf(sections.alias, [0x00, 0x00, 0x01, 0x00, ...name("f")]),
    sectionOf(sections.type, u32ToU32),
    sectionOf(sections.canon, [0x00, 0x00, 0x00, ...list(), 0x00]),
    sectionOf(sections.export, [...externName("identity"), 0x01, 0x00, 0x00]),
  );
}
