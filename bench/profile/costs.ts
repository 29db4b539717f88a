import { fileURLToPath } from "node:url";

/** What `node --cpu-prof` writes, as far as it is needed. Times in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
      readonly columnNumber?: number;
    };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** Something that took time: a function, or a group of them. */
export interface Cost {
  readonly name: string;
  /** Of the time in which the process was not idle, 0 to 1. */
  readonly share: number;
}

/** Where the time of one process went, the largest first. */
export interface Costs {
  /** Of the time that was looked at, 0 to 1. */
  readonly busy: number;
  /** Of the functions themselves, without what they call. */
  readonly functions: readonly Cost[];
  readonly groups: readonly Cost[];
}

/** The part of a profile, from its beginning, in which modules are loaded and functions compiled. */
const STARTING = 0.5;

/**
 * Sums up the second half of a profile; the first one is starting and warming up.
 *
 * @param root folder from which files are named
 * @param lineOf finds the line of a source; default: sources were run as they are
 */
export function costsOf({ nodes, samples, timeDeltas }: CpuProfile, root: string, lineOf: LineOf = asItIs): Costs {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const from = STARTING * timeDeltas.reduce((sum, delta) => sum + delta, 0);
  const functions = new Map<string, number>();
  const groups = new Map<string, number>();
  let [at, idle, busy] = [0, 0, 0];
  for (const [index, sample] of samples.entries()) {
    // A sample stands for the time up to the next one.
    const delta = timeDeltas[index + 1] ?? 0;
    at += timeDeltas[index] ?? 0;
    const frame = frames.get(sample);
    if (at <= from || frame === undefined) continue;
    if (frame.functionName === "(idle)") {
      idle += delta;
      continue;
    }
    busy += delta;
    const group = groupOf(frame.functionName, frame.url, root);
    add(groups, group, delta);
    add(functions, functionName(frame, group, root, lineOf), delta);
  }
  return { busy: busy / (busy + idle), functions: shares(functions, busy), groups: shares(groups, busy) };
}

const GARBAGE = "garbage collection";
const NATIVE = "native code and system calls";

/** Who is to answer for a function: a package, the benchmark, Node, the engine. */
function groupOf(name: string, url: string, root: string): string {
  if (name === "(garbage collector)") return GARBAGE;
  // Functions of V8 and Node that are not written in JavaScript have a name at most.
  if (url === "") return NATIVE;
  if (url.startsWith("node:")) return "node internals";
  if (url.startsWith("wasm:")) return "WebAssembly";
  const [first = "", second = "", third = ""] = pathOf(url, root).split("/");
  if (first === "packages") return `@witwire/${second}`;
  if (first === "node_modules") return second.startsWith("@") ? `${second}/${third}` : second;
  return first;
}

export type Frame = CpuProfile["nodes"][number]["callFrame"];

/** The line of a source, from 0, where a function that was run begins. */
export type LineOf = (frame: Frame) => number;

const asItIs: LineOf = ({ lineNumber }) => lineNumber;

function functionName(frame: Frame, group: string, root: string, lineOf: LineOf): string {
  const { functionName: name, url } = frame;
  if (group === GARBAGE) return "(garbage collector)";
  if (name === "(program)") return "(native code outside of functions)";
  const own = name === "" ? "(anonymous)" : name;
  if (url === "") return `${own} (native)`;
  return `${own} ${pathOf(url, root)}${url.startsWith("node:") ? "" : `:${lineOf(frame) + 1}`}`;
}

function pathOf(url: string, root: string): string {
  if (!url.startsWith("file:")) return url;
  const path = fileURLToPath(url);
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

function add(sums: Map<string, number>, key: string, amount: number): void {
  sums.set(key, (sums.get(key) ?? 0) + amount);
}

function shares(sums: ReadonlyMap<string, number>, of: number): Cost[] {
  return [...sums].map(([name, sum]) => ({ name, share: sum / of })).sort((one, other) => other.share - one.share);
}
