/** A printed value before it is put on one line or several. */
export type Layout = Leaf | Wrap | Group;

/** Text without parts. `lines` is its form over several lines, where it has one. */
export interface Leaf {
  readonly tag: "leaf";
  readonly text: string;
  readonly lines?: readonly string[];
}

/** One part with something around it that stays on its lines: `field: …`, `some(…)`. */
export interface Wrap {
  readonly tag: "wrap";
  readonly before: string;
  readonly inner: Layout;
  readonly after: string;
  readonly width: number;
}

/** Parts between brackets, separated by commas. */
export interface Group {
  readonly tag: "group";
  readonly open: string;
  readonly items: readonly Layout[];
  readonly close: string;
  readonly width: number;
}

export function leaf(text: string, lines?: readonly string[]): Leaf {
  return lines === undefined ? { tag: "leaf", text } : { tag: "leaf", text, lines };
}

export function wrap(before: string, inner: Layout, after: string): Wrap {
  return { tag: "wrap", before, inner, after, width: before.length + widthOf(inner) + after.length };
}

export function group(open: string, items: readonly Layout[], close: string): Group {
  let width = open.length + close.length + Math.max(0, items.length - 1) * 2;
  for (const item of items) width += widthOf(item);
  return { tag: "group", open, items, close, width };
}

/** Everything on one line. */
export function compact(layout: Layout): string {
  const out: string[] = [];
  writeCompact(layout, out);
  return out.join("");
}

/** Groups that do not fit within `width` columns one item per line, lists of plain values filled up line by line. */
export function pretty(layout: Layout, width: number): string {
  const out: string[] = [];
  writePretty(layout, { out, width }, 0, 0, 0);
  return out.join("");
}

const indentStep = 2;

interface Page {
  readonly out: string[];
  readonly width: number;
}

/** Columns on one line; infinite for what should take several. */
function widthOf(layout: Layout): number {
  if (layout.tag !== "leaf") return layout.width;
  return layout.lines === undefined ? layout.text.length : Number.POSITIVE_INFINITY;
}

function writeCompact(layout: Layout, out: string[]): void {
  if (layout.tag === "leaf") {
    out.push(layout.text);
  } else if (layout.tag === "wrap") {
    out.push(layout.before);
    writeCompact(layout.inner, out);
    out.push(layout.after);
  } else {
    out.push(layout.open);
    layout.items.forEach((item, index) => {
      if (index > 0) out.push(", ");
      writeCompact(item, out);
    });
    out.push(layout.close);
  }
}

/** `column` is where the layout starts, `tail` how many columns must stay free behind it. */
function writePretty(layout: Layout, page: Page, indent: number, column: number, tail: number): void {
  if (column + widthOf(layout) + tail <= page.width) {
    writeCompact(layout, page.out);
    return;
  }
  if (layout.tag === "wrap") {
    page.out.push(layout.before);
    writePretty(layout.inner, page, indent, column + layout.before.length, tail + layout.after.length);
    page.out.push(layout.after);
  } else if (layout.tag === "group") {
    page.out.push(layout.open);
    if (layout.items.every((item) => item.tag === "leaf" && item.lines === undefined)) fill(layout, page, indent);
    else writeItems(layout, page, indent + indentStep);
    page.out.push(`\n${" ".repeat(indent)}${layout.close}`);
  } else if (layout.lines !== undefined) {
    const margin = `\n${" ".repeat(indent + indentStep)}`;
    page.out.push(`"""${margin}${layout.lines.join(margin)}${margin}"""`);
  } else {
    page.out.push(layout.text);
  }
}

function writeItems(layout: Group, page: Page, indent: number): void {
  for (const item of layout.items) {
    page.out.push(`\n${" ".repeat(indent)}`);
    writePretty(item, page, indent, indent, 1);
    page.out.push(",");
  }
}

function fill(layout: Group, page: Page, indent: number): void {
  const margin = `\n${" ".repeat(indent + indentStep)}`;
  let column = Number.POSITIVE_INFINITY;
  for (const item of layout.items) {
    const width = widthOf(item) + 1;
    const fits = column + width < page.width;
    page.out.push(fits ? " " : margin);
    column = fits ? column + 1 + width : indent + indentStep + width;
    writeCompact(item, page.out);
    page.out.push(",");
  }
}
