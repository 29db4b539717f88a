import type { Span } from "../model/types.ts";
import type { Place, Source } from "./source.ts";

/** What an error may say besides its sentence. */
export interface WitSourceErrorOptions {
  /** What would have been accepted at this place, for errors of syntax. */
  readonly expected?: string | undefined;
}

/**
 * A WIT text that cannot be read: wrong syntax, a name that does not exist, a rule of the language that is broken, or a
 * limit that is exceeded.
 */
export class WitSourceError extends Error {
  override readonly name: string = "WitSourceError";
  /** The sentence that says what is wrong and what to do, without the place. */
  readonly reason: string;
  /** Name of the text as given to the parser; `""` where the error is about no text in particular. */
  readonly file: string;
  /** Counts from 1; 0 where the error is about no place in particular. */
  readonly line: number;
  /** Counts from 1, in UTF-16 code units; 0 where the error is about no place in particular. */
  readonly column: number;
  /** The source line with a caret below the place, to be shown in a monospaced font. Empty without a place. */
  readonly frame: string;
  /** What would have been accepted at this place, for errors of syntax. */
  readonly expected: string | undefined;

  constructor(reason: string, span: Span | undefined, frame: string, options: WitSourceErrorOptions = {}) {
    super(span === undefined ? reason : `${span.file}:${span.line}:${span.column}: ${reason}`);
    this.reason = reason;
    this.file = span?.file ?? "";
    this.line = span?.line ?? 0;
    this.column = span?.column ?? 0;
    this.frame = frame;
    this.expected = options.expected;
  }
}

/** An error at a stretch of text. */
export function errorAt(place: Place, reason: string, options?: WitSourceErrorOptions): WitSourceError {
  const span = place.source.span(place.start);
  return new WitSourceError(reason, span, codeFrame(place.source, span, place.end - place.start), options);
}

/** An error at a place that only the model remembers; `sources` are the texts by file name. */
export function errorAtSpan(
  sources: ReadonlyMap<string, Source>,
  span: Span | undefined,
  reason: string,
): WitSourceError {
  const source = span === undefined ? undefined : sources.get(span.file);
  return new WitSourceError(reason, span, source === undefined || span === undefined ? "" : codeFrame(source, span, 1));
}

/** Longest part of a source line that a frame shows. */
const frameWidth = 100;

function codeFrame(source: Source, span: Span, length: number): string {
  const line = source.line(span.line);
  const column = span.column - 1;
  const from = line.length <= frameWidth ? 0 : Math.max(0, column - frameWidth / 2);
  const shown = visible(line.slice(from, from + frameWidth));
  const before = visible(line.slice(from, column)).replace(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(length, from + shown.length - column)));
  const gutter = String(span.line);
  return `${gutter} | ${shown}\n${" ".repeat(gutter.length)} | ${before}${carets}`;
}

/** Shows characters that would garble or disguise the line as a replacement character. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (character) => (character === "\t" ? character : "\uFFFD"));
}
