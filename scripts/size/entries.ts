/** What a page may bundle, and how much of it is aimed at. */
export interface Entry {
  readonly name: string;
  /** A module that exports what is used. */
  readonly source: string;
  /** Bytes after gzip that it should have at most. */
  readonly target?: number;
}

/** A page of this folder, its contract included: what docs/browsers.md tells users to write. */
const page = (name: string): string => `import "./scripts/size/page/${name}.ts";`;

const TARGET = 12 * 1024;

export const entries: readonly Entry[] = [
  { name: "page, lean, plain wRPC over WebSocket", source: page("plain"), target: TARGET },
  { name: "page, lean, session over WebSocket", source: page("session"), target: TARGET },
  { name: "page with streams, lean, plain wRPC", source: page("feed-plain") },
  { name: "page with streams, lean, session", source: page("feed-session") },
  {
    name: "client, session over WebSocket",
    source: 'export { createClient } from "@witwire/rpc"; export { connectWebSocket } from "@witwire/web";',
  },
  {
    name: "client, session over a port",
    source: 'export { createClient } from "@witwire/rpc"; export { connectPort } from "@witwire/web";',
  },
  {
    name: "client, plain wRPC over WebSocket",
    source:
      'export { createClient, createPlainTransport } from "@witwire/rpc"; export { dialWebSocket } from "@witwire/web";',
  },
  {
    name: "client and server over a port",
    source:
      'export { createClient, createServer } from "@witwire/rpc"; export { acceptPort, connectPort } from "@witwire/web";',
  },
  { name: "session over WebSocket, no client", source: 'export { connectWebSocket } from "@witwire/web";' },
  { name: "value codec alone", source: 'export { componentModelCodec } from "@witwire/codec";' },
  {
    name: "value codec of a page's contract",
    source: 'export { notes } from "./scripts/size/page/generated/demo/notes/notes.lean.ts";',
  },
];
