import { type Circumstances, roundsOf } from "../../harness/circumstances.ts";
import type { ResultRow } from "../../harness/row.ts";
import { formatNumber } from "../../harness/table.ts";
import { type Transport, transports } from "./transports.ts";

const columns = [
  "transport",
  "address",
  "security",
  "calls have",
  "calls/s, 64 in flight",
  "calls/s, one at a time",
  "bytes, MB/s",
] as const;

/**
 * The row as a table of Markdown, in the order of the documentation, with what one has to know to read it. What could not be
 * measured is `-`, with the reason behind the table.
 *
 * @param shown default: all that there are
 */
export function transportsTable(
  results: readonly ResultRow[],
  circumstances: Circumstances,
  shown: readonly Transport[] = transports,
): string {
  const { node, cores, date } = circumstances;
  const numbers = results.find(({ name }) => name === "transports/all")?.details ?? {};
  const lines = [columns, columns.map(() => "---"), ...shown.map((transport) => cells(transport, numbers))];
  const table = lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
  const left = shown.filter(({ name }) => numbers[name] === undefined);
  return `${table}

Calls echo a record of 200 bytes; bytes are a \`stream<u8>\` in chunks of 64 KiB that comes back, counted once, with 8 MiB under way at
most. Every answer is checked. Client and server are two processes of Node ${node} on one machine with ${cores} shared cores, except
for memory (one thread) and the worker (two); a NATS server, which is one more process, takes its share of the cores.
Numbers are ${roundsOf(circumstances)}, ${date}. Read ratios, not amounts: over a real network its own delay comes on top. Written by
\`npm run bench:transports\`; [how](../bench/README.md).${left.map(explain).join("")}`;
}

function explain({ title, missing }: Transport): string {
  return `\n\n${title} was not measured: ${missing?.() ?? "the benchmark was run without it"}.`;
}

type Numbers = Readonly<Record<string, Readonly<Record<string, number>>>>;

function cells({ name, title, address, security, connections }: Transport, numbers: Numbers): string[] {
  const rates = ["value", "sequential", "bytes"].map((property) => {
    const rate = numbers[name]?.[property];
    return rate === undefined ? "-" : formatNumber(rate);
  });
  return [title, address, security, connections, ...rates];
}
