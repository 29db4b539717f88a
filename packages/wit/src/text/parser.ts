import type { Id, Path } from "./ast.ts";
import { errorAt, type WitSourceError } from "./errors.ts";
import type { Lexer } from "./lexer.ts";
import { describeToken, isKeyword, shorten, type TokenKind } from "./tokens.ts";

/** The grammar's common ground: expecting tokens, names, paths and lists. The parts build on it as functions. */
export class Parser {
  readonly lexer: Lexer;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  /** Whether the current token is of this kind; if so, moves past it. */
  eat(kind: TokenKind): boolean {
    if (this.lexer.kind !== kind) return false;
    this.lexer.advance();
    return true;
  }

  /** Moves past a token of this kind. `where` completes the sentence of the error. */
  expect(kind: TokenKind, where: string): void {
    if (!this.eat(kind)) throw this.unexpected(`"${kind}"`, where);
  }

  /** An error about the current token. */
  unexpected(expected: string, where: string): WitSourceError {
    const { kind, text, place } = this.lexer;
    const reason = `expected ${expected} ${where}, found ${describeToken(kind, text)}`;
    return errorAt(place, reason, { expected });
  }

  /** A name, written plainly or as `%name`. `what` says whose name it is. */
  id(what: string): Id {
    const { kind, text, place } = this.lexer;
    if (kind === "number")
      throw errorAt(place, `expected ${what}, found the number ${shorten(text)}; a name starts with a letter`);
    if (kind !== "name" && kind !== "escaped name") {
      const way = isKeyword(kind) && kind !== "_" ? `; write "%${kind}" to use the keyword as a name` : "";
      const reason = `expected ${what}, found ${describeToken(kind, text)}${way}`;
      throw errorAt(place, reason, { expected: what });
    }
    this.lexer.advance();
    return { name: kind === "name" ? text : text.slice(1), place };
  }

  /** Comma-separated items up to `close`; a comma may follow the last one. */
  list<T>(close: TokenKind, where: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.eat(close)) {
      items.push(item());
      if (this.eat(",")) continue;
      if (!this.eat(close)) throw this.unexpected(`"," or "${close}"`, where);
      break;
    }
    return items;
  }

  /** `item`, or `namespace:package/item@version`. */
  path(what: string): Path {
    return this.pathAfter(this.id(what));
  }

  /** The rest of a path whose first name has been read. */
  pathAfter(first: Id): Path {
    if (!this.eat(":")) return { item: first };
    return this.qualifiedPath(first, this.id("the name of the package"));
  }

  /** The rest of a path whose namespace and package have been read. */
  qualifiedPath(namespace: Id, name: Id): Path {
    this.expect("/", "between the package and the item");
    const item = this.id("the name of the item");
    const version = this.optionalVersion();
    const place = { ...namespace.place, end: name.place.end };
    return { item, package: { comments: [], namespace, name, place, ...version } };
  }

  /** `@version`, where there is one. */
  optionalVersion(): { version?: string } {
    return this.eat("@") ? { version: this.lexer.version().text } : {};
  }
}
