import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { InteropError } from "../interop-error.ts";

/** A server of a peer in a process of its own. Disposing ends it. */
export interface PeerServer extends AsyncDisposable {
  /** Where it really listens. */
  readonly address: string;
  /** Ends it without a word, as the system does. */
  kill(): Promise<void>;
}

/** What a peer's client says about one row. */
export interface Report {
  readonly row: string;
  readonly ok: boolean;
  readonly error?: string;
}

const announcement = "listening on ";

/** @throws InteropError with what the program printed where it does not begin to listen */
export async function startPeer(program: string, address: string): Promise<PeerServer> {
  // What a server prints about calls that fail is expected, for some rows.
  const child = spawn(program, ["serve", address], { stdio: ["pipe", "pipe", "ignore"] });
  const closed = once(child, "close");
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([once(lines, "line"), closed.then(() => [""])])) as [string];
  if (!line.startsWith(announcement)) {
    throw new InteropError(`${program} serve ${address} did not begin to listen, but printed ${JSON.stringify(line)}`);
  }
  return {
    address: line.slice(announcement.length),
    async kill() {
      child.kill("SIGKILL");
      await closed;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended(child, closed);
    },
  };
}

/** How long a process may take to end after it was asked to, in milliseconds. */
const patience = 5000;

async function ended(child: ChildProcess, closed: Promise<unknown>): Promise<void> {
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  await closed;
  clearTimeout(timer);
}

/** Has a peer's client call the rows of a file. @throws InteropError where it ends without having done so */
export async function callWithPeer(program: string, address: string, rowsFile: string): Promise<Report[]> {
  const child = spawn(program, ["call", address, rowsFile], { stdio: ["ignore", "pipe", "inherit"] });
  const closed = once(child, "close");
  const reports: Report[] = [];
  for await (const line of createInterface({ input: child.stdout })) reports.push(JSON.parse(line) as Report);
  const [code] = (await closed) as [number | null];
  if (code !== 0) throw new InteropError(`${program} call ${address} ended with code ${code}`);
  return reports;
}
