/**
 * Text of others as a terminal may show it: what would move the cursor, change colours or reverse the direction of writing
 * is replaced. Tabs and ends of lines stay.
 */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, "\uFFFD");
}

/** As {@link printable}, on one line, so that nobody can make a log have lines of their own. */
export function printableLine(text: string): string {
  return printable(text).replaceAll("\n", "\uFFFD");
}
