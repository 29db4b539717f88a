/** What is wrong with a WAVE text: its syntax, its fit to the type, a limit, or the function that a call names. */
export type WaveErrorKind = "syntax" | "type" | "limit" | "call";

/** Where in a text an error is. */
export interface WaveErrorPlace {
  /** The whole text. */
  readonly source: string;
  /** UTF-16 code units from the start of the text. */
  readonly start: number;
  /** Where the offending part ends; `start` or less for a single position. */
  readonly end?: number;
}

/**
 * A WAVE text that cannot be read as a value of the type. The message says what was expected and where; `frame` shows
 * it:
 *
 * ```text
 * 1 | {a: 300}
 *   |     ^^^
 * ```
 */
export class WaveError extends Error {
  override readonly name: string = "WaveError";
  readonly kind: WaveErrorKind;
  /** The message without the place. */
  readonly reason: string;
  /** UTF-16 code units from the start of the text. */
  readonly offset: number;
  /** Counts from 1. */
  readonly line: number;
  /** Counts from 1, in UTF-16 code units. */
  readonly column: number;
  /** The offending line with carets below the offending part, to be shown in a monospaced font. */
  readonly frame: string;

  constructor(kind: WaveErrorKind, reason: string, place: WaveErrorPlace) {
    const { line, column, lineStart } = locate(place.source, place.start);
    super(`line ${line}, column ${column}: ${reason}`);
    this.kind = kind;
    this.reason = reason;
    this.offset = place.start;
    this.line = line;
    this.column = column;
    this.frame = drawFrame(place, line, lineStart);
  }
}

/** A JavaScript value that does not fit its WIT type, or has no WAVE form. The message names the path inside the value. */
export class WaveValueError extends TypeError {
  override readonly name: string = "WaveValueError";
  /** Path inside the value, for example `value.points[3].x`. */
  readonly path: string;

  constructor(path: string, reason: string) {
    super(`${path}: ${reason}`);
    this.path = path;
  }
}

function locate(source: string, offset: number): { line: number; column: number; lineStart: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = source.indexOf("\n"); at !== -1 && at < offset; at = source.indexOf("\n", at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1, lineStart };
}

const frameWidth = 76;

/** Long lines are cut to a window around the place, so that an error in a megabyte of text stays readable. */
function drawFrame({ source, start, end = start + 1 }: WaveErrorPlace, line: number, lineStart: number): string {
  const newline = source.indexOf("\n", start);
  const lineEnd = newline === -1 ? source.length : newline;
  const from = start - lineStart < frameWidth ? lineStart : start - Math.floor(frameWidth / 2);
  const to = Math.min(lineEnd, from + frameWidth);
  const cutFront = from > lineStart ? "…" : "";
  const cutBack = to < lineEnd ? "…" : "";
  const shown = printable(source.slice(from, to));
  const before = printable(source.slice(from, start)).length + cutFront.length;
  const carets = Math.max(1, Math.min(end, to) - start);
  const gutter = String(line);
  return `${gutter} | ${cutFront}${shown}${cutBack}\n${" ".repeat(gutter.length)} | ${" ".repeat(before)}${"^".repeat(carets)}`;
}

/** One column per code unit, and nothing that a terminal would act on. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is replaced
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}
