import { type Circumstances, roundsOf } from "../../harness/circumstances.ts";
import type { ResultRow } from "../../harness/row.ts";
import { formatNumber } from "../../harness/table.ts";
import { ours, type Peer, rivals, versionOf } from "./peers.ts";

const columns = [
  "",
  "version",
  "over",
  "calls/s",
  "p50 / p99, ms",
  "CPU per call, client + server, µs",
  "calls/s, one at a time",
  "records/s",
  "bytes, MB/s",
  "server, MB",
] as const;

/**
 * The measurements of the row as a table of Markdown, the fastest first and the floors behind all, with what one has to
 * know to read it. What was not measured, or cannot be, is `-`.
 */
export function comparisonTable(results: readonly ResultRow[], circumstances: Circumstances): string {
  const { node, cores, date } = circumstances;
  const many = numbersOf(results, "64-in-flight");
  const peers = [ours, ...rivals].sort((a, b) => rank(b, many) - rank(a, many));
  const lines = [columns, columns.map(() => "---"), ...peers.map((peer) => cells(peer, results))];
  const table = lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
  return `${table}

Calls echo a record of 200 bytes, 64 in flight; records are those, streamed from the server, and bytes come in chunks of
64 KiB, ours [lent](docs/streams.md#whose-memory-it-is). Every answer is checked. Client and server are two processes of
Node ${node} on one machine with ${cores} shared cores, no TLS, no compression; ${roundsOf(circumstances)}, ${date}. Read
ratios, not amounts. The last two are no libraries but the least that has to be done. Written by \`npm run bench:table\`;
[how](bench/README.md).`;
}

type Numbers = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Of a measurement by contestant; the last word of its name says which. */
function numbersOf(results: readonly ResultRow[], measurement: string): Numbers {
  const name = `peers/${measurement}`;
  const row = results.find((result) => result.name === name || result.name.startsWith(`${name}/`));
  return row?.details ?? {};
}

const keyOf = (peer: Peer): string => (peer === ours ? "ours" : peer.name);

function rank(peer: Peer, numbers: Numbers): number {
  const value = numbers[keyOf(peer)]?.value ?? 0;
  return peer.floor === true ? value - 1e12 : value;
}

function cells(peer: Peer, results: readonly ResultRow[]): string[] {
  const number = (measurement: string, property: string, scale = 1): string => {
    const value = numbersOf(results, measurement)[keyOf(peer)]?.[property];
    return value === undefined ? "-" : formatNumber(value / scale);
  };
  const both = (a: string, sign: string, b: string): string => (a === "-" && b === "-" ? "-" : `${a} ${sign} ${b}`);
  const many = "64-in-flight";
  return [
    peer === ours ? `**${peer.title}**` : peer.title,
    versionOf(peer) || "-",
    peer.transport,
    number(many, "value"),
    both(number(many, "p50", 1000), "/", number(many, "p99", 1000)),
    both(number(many, "clientCpu"), "+", number(many, "serverCpu")),
    number("sequential", "value"),
    number("stream-records", "value"),
    number("stream-bytes", "value"),
    number(many, "serverRss"),
  ];
}
