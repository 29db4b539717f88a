import { didYouMean } from "../suggestions/did-you-mean.ts";
import type { FileItem, Head, Id, PackageFile, PackageHeader, Path } from "./ast.ts";
import { errorAt, type WitSourceError } from "./errors.ts";
import { Lexer } from "./lexer.ts";
import type { WitLimits } from "./limits.ts";
import { parseAttributes } from "./parse-attributes.ts";
import { parseInterfaceMembers, parseWorldMembers } from "./parse-items.ts";
import type { Source } from "./source.ts";
import { describeToken, isKeyword, shorten, type TokenKind } from "./tokens.ts";
import type { Work } from "./work.ts";

/** Parses one text: its header if it has one, its interfaces and worlds, and the packages nested in it. */
export function parseFile(source: Source, limits: WitLimits, work: Work): PackageFile {
  const parser = new Parser(new Lexer(source, limits, work));
  return parser.file();
}

/** The grammar's common ground: expecting tokens, names, paths and lists. The parts build on it as functions. */
export class Parser {
  readonly lexer: Lexer;

  constructor(lexer: Lexer) {
    this.lexer = lexer;
  }

  /** A whole text. `package a:b;` is its header; `package a:b {` at the same place already is a nested package. */
  file(): PackageFile {
    const body: FileBody = { items: [], nested: [] };
    if (!this.#at("package")) return this.#body(body, "end of file", 0);
    const header = this.#packageHeader();
    if (this.eat(";")) return { header, ...this.#body(body, "end of file", 0) };
    if (!this.#at("{")) throw this.unexpected('";" or "{"', "after the name of the package");
    body.nested.push(this.#nestedBody(header, 0));
    return this.#body(body, "end of file", 0);
  }

  /** Whether the current token is of this kind; if so, moves past it. */
  eat(kind: TokenKind): boolean {
    if (this.lexer.kind !== kind) return false;
    this.lexer.advance();
    return true;
  }

  #at(kind: TokenKind): boolean {
    return this.lexer.kind === kind;
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
    const version = this.#optionalVersion();
    const place = { ...namespace.place, end: name.place.end };
    return { item, package: { comments: [], namespace, name, place, ...version } };
  }

  #optionalVersion(): { version?: string } {
    return this.eat("@") ? { version: this.lexer.version().text } : {};
  }

  #packageHeader(): PackageHeader {
    const { comments } = this.lexer;
    this.expect("package", "here");
    const namespace = this.id("the namespace of the package");
    this.expect(":", "between the namespace and the name of the package");
    const name = this.id("the name of the package");
    const version = this.#optionalVersion();
    return { comments, namespace, name, place: { ...namespace.place, end: name.place.end }, ...version };
  }

  #nestedBody(header: PackageHeader, depth: number): PackageFile {
    const limit = this.lexer.limits.depth;
    if (depth >= limit)
      throw errorAt(header.place, `packages are nested deeper than the limit of ${limit}; flatten them`);
    if (this.#at(";")) {
      const reason =
        'a file has one package header, before everything else; put further packages in braces: "package a:b { … }"';
      throw errorAt(this.lexer.place, reason, { expected: '"{"' });
    }
    this.expect("{", "after the name of the package");
    return { header, ...this.#body({ items: [], nested: [] }, "}", depth + 1) };
  }

  #body(body: FileBody, close: "}" | "end of file", depth: number): FileBody {
    while (!this.#eatEnd(close)) {
      const head: Head = { comments: this.lexer.comments, attributes: parseAttributes(this) };
      if (this.lexer.kind === "package") {
        const comments = head.attributes.length > 0 ? [] : head.comments;
        const header = { ...this.#packageHeader(), comments };
        const [attribute] = head.attributes;
        if (attribute !== undefined) {
          throw errorAt(attribute.place, "a package cannot have a gate; put it on the interfaces and worlds within");
        }
        body.nested.push(this.#nestedBody(header, depth));
      } else body.items.push(this.#item(head, close));
    }
    return body;
  }

  #eatEnd(close: "}" | "end of file"): boolean {
    return close === "}" ? this.eat("}") : this.lexer.kind === "end of file";
  }

  #item(head: Head, close: "}" | "end of file"): FileItem {
    switch (this.lexer.kind) {
      case "interface": {
        this.lexer.advance();
        const name = this.id("the name of the interface");
        return { tag: "interface", ...head, name, members: parseInterfaceMembers(this) };
      }
      case "world": {
        this.lexer.advance();
        const name = this.id("the name of the world");
        return { tag: "world", ...head, name, members: parseWorldMembers(this) };
      }
      case "use":
        return this.#topLevelUse(head);
      default: {
        const [end, where] =
          close === "}" ? [', "package" or "}"', "in a package"] : [' or "package"', "at the top level"];
        const error = this.unexpected(`"interface", "world", "use"${end}`, where);
        const hint = didYouMean(this.lexer.text, ["interface", "world", "use", "package"]);
        throw errorAt(this.lexer.place, error.reason + hint, { expected: error.expected });
      }
    }
  }

  #topLevelUse(head: Head): FileItem {
    const { place } = this.lexer;
    this.lexer.advance();
    if (head.attributes.length > 0) {
      throw errorAt(place, "a top-level use cannot have a gate; put it on the items that need it");
    }
    const path = this.path("the interface or world to use");
    const name = this.eat("as") ? this.id("the new name") : path.item;
    this.expect(";", "after a top-level use");
    return { tag: "use", path, name };
  }
}

interface FileBody {
  readonly items: FileItem[];
  readonly nested: PackageFile[];
}
