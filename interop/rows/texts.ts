/** A list of many items as WAVE text. */
export function many(count: number, item: (index: number) => number | string): string {
  return `[${Array.from({ length: count }, (_, index) => item(index)).join(", ")}]`;
}

/** A string without characters that need escaping, as WAVE text. */
export function quote(plain: string): string {
  return `"${plain}"`;
}

/** Characters of one to four bytes in turn, so that pieces of any size are cut within one. */
export function text(characters: number): string {
  return "aé€🚩".repeat(Math.ceil(characters / 4));
}
