/**
 * Replaces what is not code by spaces, so that patterns can be matched against the rest: comments, regular expressions
 * and the text of templates always, the content of strings on request. Lengths and lines stay as they were.
 */
export function blankNonCode(source: string, options: { readonly strings: boolean }): string {
  const blanker = new Blanker(source, options.strings);
  blanker.code(false);
  return blanker.result();
}

/** Characters after which a slash divides; after anything else it begins a regular expression. */
const endsExpression = /[\w$)\]}"'`]/;
/** Words that end like an expression but are none. */
const beforeRegex = /\b(?:return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield)$/;

class Blanker {
  readonly #source: string;
  readonly #strings: boolean;
  readonly #out: string[] = [];
  #position = 0;

  constructor(source: string, strings: boolean) {
    this.#source = source;
    this.#strings = strings;
  }

  result(): string {
    return this.#out.join("");
  }

  /** Code up to the end, or up to the brace that closes a template's hole. */
  code(inTemplate: boolean): void {
    let depth = 0;
    while (this.#position < this.#source.length) {
      const character = this.#source.charAt(this.#position);
      if (this.#source.startsWith("//", this.#position)) this.#blankTo(this.#find(/\n/g));
      else if (this.#source.startsWith("/*", this.#position)) this.#blankTo(this.#find(/\*\//g, 2));
      else if (character === '"' || character === "'") this.#string(character);
      else if (character === "`") this.#template();
      else if (character === "/" && this.#regexPossible()) this.#blankTo(this.#regexEnd());
      else {
        if (character === "{") depth++;
        if (character === "}" && depth-- === 0 && inTemplate) return;
        this.#keep(1);
      }
    }
  }

  #string(quote: string): void {
    const end = this.#find(quote === '"' ? /(?<!\\)(?:\\\\)*"|\n/g : /(?<!\\)(?:\\\\)*'|\n/g, 0, 1);
    if (!this.#strings) {
      this.#keep(end - this.#position);
      return;
    }
    this.#keep(1);
    this.#blankTo(end - 1);
    this.#keep(1);
  }

  #template(): void {
    this.#keep(1);
    while (this.#position < this.#source.length) {
      const character = this.#source.charAt(this.#position);
      if (character === "\\") this.#blankTo(this.#position + 2);
      else if (this.#source.startsWith("${", this.#position)) {
        this.#keep(2);
        this.code(true);
      } else if (character === "`") {
        this.#keep(1);
        return;
      } else this.#blankTo(this.#position + 1);
    }
  }

  #regexPossible(): boolean {
    const before = this.#out.slice(-40).join("").trimEnd();
    return before === "" || !endsExpression.test(before.slice(-1)) || beforeRegex.test(before);
  }

  #regexEnd(): number {
    let inClass = false;
    for (let at = this.#position + 1; at < this.#source.length; at++) {
      const character = this.#source[at];
      if (character === "\n") return this.#position + 1;
      if (character === "\\") at++;
      else if (character === "[") inClass = true;
      else if (character === "]") inClass = false;
      else if (character === "/" && !inClass) return at + 1;
    }
    return this.#source.length;
  }

  /** Where the pattern is found from here on, plus what it matched; the end of the source if nowhere. */
  #find(pattern: RegExp, skip = 0, from = 0): number {
    pattern.lastIndex = this.#position + skip + from;
    const match = pattern.exec(this.#source);
    if (match === null) return this.#source.length;
    return match[0] === "\n" ? match.index : match.index + match[0].length;
  }

  #keep(count: number): void {
    for (const character of this.#source.slice(this.#position, this.#position + count)) this.#out.push(character);
    this.#position += count;
  }

  #blankTo(end: number): void {
    const to = Math.max(Math.min(end, this.#source.length), this.#position);
    for (const character of this.#source.slice(this.#position, to).replace(/[^\n]/g, " ")) this.#out.push(character);
    this.#position = to;
  }
}
