import { featureOf, featureTitles } from "./features.ts";
import type { Outcome } from "./outcome.ts";
import type { Direction, Peer, Transport } from "./peers/peer.ts";

/** One run through the rows. */
export interface Passage {
  readonly peer: Peer;
  readonly direction: Direction;
  readonly transport: Transport;
  readonly outcomes: readonly Outcome[];
}

const arrows: Readonly<Record<Direction, string>> = { "we-call": "we call", "calls-us": "calls us" };

/** A Markdown table: features down, peers and directions across. A row counts as working where it does over all transports. */
export function formatTable(passages: readonly Passage[]): string {
  const columns = columnsOf(passages);
  const lines = featureTitles.flatMap((title) => {
    const cells = columns.map((column) => cell(outcomesOf(column, title)));
    return cells.every((text) => text === "") ? [] : [[title, ...cells]];
  });
  const header = ["", ...columns.map(([first]) => (first === undefined ? "" : columnTitle(first)))];
  return formatMarkdown([header, ...lines]);
}

const transportTitles: Readonly<Record<Transport, string>> = {
  tcp: "TCP",
  unix: "Unix sockets",
  nats: "NATS",
  ws: "WebSocket",
  wss: "WebSocket, TLS",
  http: "HTTP/1.1",
  https: "HTTP/1.1, TLS",
  h2c: "HTTP/2",
  h2: "HTTP/2, TLS",
  quic: "QUIC",
};

/** A Markdown table: transports down, directions across, and in it how many rows work. */
export function formatTransports(passages: readonly Passage[]): string {
  const columns = columnsOf(passages);
  const lines = (Object.keys(transportTitles) as Transport[]).flatMap((transport) => {
    const cells = columns.map((column) =>
      cell(
        column.filter((passage) => passage.transport === transport).flatMap(({ outcomes }) => outcomes.map((o) => [o])),
      ),
    );
    return cells.every((text) => text === "") ? [] : [[transportTitles[transport], ...cells]];
  });
  const header = ["", ...columns.map(([first]) => (first === undefined ? "" : columnTitle(first)))];
  return formatMarkdown([header, ...lines]);
}

/** Passages that differ in their transport only. */
function columnsOf(passages: readonly Passage[]): Passage[][] {
  const columns = new Map<string, Passage[]>();
  for (const passage of passages) {
    const title = columnTitle(passage);
    columns.set(title, [...(columns.get(title) ?? []), passage]);
  }
  return [...columns.values()];
}

function columnTitle({ peer, direction }: Passage): string {
  return `${peer.title}: ${arrows[direction]}`;
}

/** The outcomes of a feature by row, one for each transport. */
function outcomesOf(column: readonly Passage[], title: string): Outcome[][] {
  const byRow = new Map<string, Outcome[]>();
  for (const outcome of column.flatMap(({ outcomes }) => outcomes)) {
    if (featureOf(outcome.row) === title) byRow.set(outcome.row, [...(byRow.get(outcome.row) ?? []), outcome]);
  }
  return [...byRow.values()];
}

function cell(rows: readonly Outcome[][]): string {
  if (rows.length === 0) return "";
  const working = rows.filter((outcomes) => outcomes.every(({ status }) => status === "ok")).length;
  const defects = new Map<string, number>();
  for (const outcomes of rows) {
    const name = outcomes.find(({ defect }) => defect !== undefined)?.defect?.name;
    if (name !== undefined) defects.set(name, (defects.get(name) ?? 0) + 1);
  }
  const failed = rows.filter((outcomes) => outcomes.some(({ status }) => status === "failed")).length;
  const notes = [...defects].map(([name, count]) => `defect: ${name} (${count})`);
  if (failed > 0) notes.push(`FAILED: ${failed}`);
  return [`${working} of ${rows.length}`, ...notes].join(", ");
}

function formatMarkdown(table: readonly (readonly string[])[]): string {
  const widths = (table[0] ?? []).map((_, column) => Math.max(3, ...table.map((line) => line[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((text, column) => text.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [header = [], ...body] = table;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
}
