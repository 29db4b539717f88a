/**
 * Text that knows where it may be broken, after Wadler's "A prettier printer". What is generated is laid out by the rules
 * that Biome and Prettier share, so that their formatters leave it alone.
 */
export type Doc = string | readonly Doc[] | Group | Indent | Line | IfBroken;

interface Group {
  readonly tag: "group";
  readonly content: Doc;
}

interface Indent {
  readonly tag: "indent";
  readonly content: Doc;
}

interface Line {
  readonly tag: "line";
  /** What it is where its group stands on one line; `hard` ones break always. */
  readonly flat: " " | "" | "hard";
}

interface IfBroken {
  readonly tag: "if-broken";
  readonly broken: string;
  readonly flat: string;
}

/** On one line if it fits there, otherwise broken at each of its own lines. */
export function group(...content: Doc[]): Doc {
  return { tag: "group", content };
}

export function indent(...content: Doc[]): Doc {
  return { tag: "indent", content };
}

/** A space, or a line break. */
export const line: Doc = { tag: "line", flat: " " };
/** Nothing, or a line break. */
export const softline: Doc = { tag: "line", flat: "" };
/** A line break. Must not stand in a group. */
export const hardline: Doc = { tag: "line", flat: "hard" };

/** Text only where the group is broken, or only where it is not. */
export function ifBroken(broken: string, flat = ""): Doc {
  return { tag: "if-broken", broken, flat };
}

export function join(separator: Doc, items: readonly Doc[]): Doc {
  return items.flatMap((item, index) => (index === 0 ? [item] : [separator, item]));
}

type Mode = "flat" | "broken";

interface Piece {
  readonly indent: number;
  readonly mode: Mode;
  readonly doc: Doc;
}

/** Lays a document out within `width` columns, two spaces per level. */
export function render(doc: Doc, width = 120): string {
  const pieces: Piece[] = [{ indent: 0, mode: "broken", doc }];
  let text = "";
  let column = 0;
  const write = (part: string): void => {
    text += part;
    column += part.length;
  };
  for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
    const { doc: current, mode, indent: level } = piece;
    if (typeof current === "string") write(current);
    else if (isList(current)) pushAll(pieces, current, level, mode);
    else if (current.tag === "indent") pieces.push({ indent: level + 2, mode, doc: current.content });
    else if (current.tag === "if-broken") write(mode === "broken" ? current.broken : current.flat);
    else if (current.tag === "group") {
      const flat: Piece = { indent: level, mode: "flat", doc: current.content };
      pieces.push(mode === "flat" || fits(flat, pieces, width - column) ? flat : { ...flat, mode: "broken" });
    } else if (mode === "flat" && current.flat !== "hard") write(current.flat);
    else {
      text = `${text.replace(/ +$/, "")}\n${" ".repeat(level)}`;
      column = level;
    }
  }
  return text;
}

/** Whether a piece, and what follows up to where the line may end, fits into the room that is left. */
function fits(next: Piece, rest: readonly Piece[], room: number): boolean {
  const pieces: Piece[] = [next];
  let left = room;
  for (let behind = rest.length; left >= 0; ) {
    const piece = pieces.pop() ?? rest[--behind];
    if (piece === undefined) return true;
    const { doc, mode } = piece;
    if (typeof doc === "string") left -= doc.length;
    else if (isList(doc)) pushAll(pieces, doc, piece.indent, mode);
    else if (doc.tag === "if-broken") left -= (mode === "broken" ? doc.broken : doc.flat).length;
    else if (doc.tag !== "line") pieces.push({ ...piece, doc: doc.content });
    else if (mode === "broken" || doc.flat === "hard") return true;
    else left -= doc.flat.length;
  }
  return false;
}

function pushAll(pieces: Piece[], docs: readonly Doc[], indent: number, mode: Mode): void {
  for (let index = docs.length - 1; index >= 0; index--) pieces.push({ indent, mode, doc: docs[index] as Doc });
}

function isList(doc: Doc): doc is readonly Doc[] {
  return Array.isArray(doc);
}
