import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../scripts/workspace.ts";

/** One contestant: a folder here with `server.ts` and `client.ts`. */
export interface Peer {
  /** The folder. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** What it runs over. */
  readonly transport: string;
  /** The package whose version counts; absent for what comes with Node or with this repository. */
  readonly module?: string;
  /** No library, but the least that has to be done. */
  readonly floor?: true;
  /** What it streams from the server. */
  readonly streams: readonly ("people" | "bytes")[];
}

const both = ["people", "bytes"] as const;

export const ours: Peer = { name: "witwire", title: "Witwire session", transport: "TCP", streams: both };

export const rivals: readonly Peer[] = [
  { name: "floor-tcp", title: "bare socket, JSON", transport: "TCP", floor: true, streams: both },
  { name: "floor-ws", title: "bare WebSocket, JSON", transport: "WebSocket", module: "ws", floor: true, streams: both },
  { name: "grpc-js", title: "gRPC-js", transport: "HTTP/2", module: "@grpc/grpc-js", streams: both },
  { name: "connect", title: "Connect", transport: "HTTP/2", module: "@connectrpc/connect-node", streams: both },
  { name: "trpc", title: "tRPC", transport: "WebSocket", module: "@trpc/server", streams: ["people"] },
  { name: "orpc", title: "oRPC", transport: "WebSocket", module: "@orpc/server", streams: ["people"] },
  { name: "capnweb", title: "Cap'n Web", transport: "WebSocket", module: "capnweb", streams: both },
  { name: "effect", title: "Effect RPC", transport: "TCP", module: "effect", streams: both },
  { name: "birpc", title: "birpc", transport: "WebSocket", module: "birpc", streams: [] },
];

/** Where a peer's package.json is, once `npm run bench:install` has run. */
export function manifestOf(peer: Peer): string {
  return peer.module === undefined
    ? join(repositoryRoot, "packages/rpc/package.json")
    : join(repositoryRoot, "bench/node_modules", peer.module, "package.json");
}

/** The version that is installed; empty for what has none. */
export function versionOf(peer: Peer): string {
  const manifest = manifestOf(peer);
  if (peer.name === "floor-tcp" || !existsSync(manifest)) return "";
  return (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version;
}
