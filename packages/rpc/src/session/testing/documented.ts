import { readFileSync } from "node:fs";
import { wire } from "../../compliance/wire-bytes.ts";

const page = readFileSync(new URL("../../../../../docs/protocol.md", import.meta.url), "utf8");

/** The lines of all fenced blocks of a kind in docs/protocol.md. */
function lines(kind: string): string[] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, "gms"));
  return [...blocks].flatMap(([, text = ""]) => text.split("\n").filter((line) => line.trim() !== ""));
}

/** Frames by their names: `name  bytes  -- what it is`. */
export function documentedFrames(): Record<string, Uint8Array> {
  const frames = lines("session-frames").map((line): [string, Uint8Array] => {
    const [, name = "", bytes = ""] = /^(\S+) +(.*?)(?: +--.*)?$/.exec(line) ?? [];
    return [name, wire(bytes)];
  });
  return Object.fromEntries(frames);
}

/** What a documented exchange sends: `C>S  bytes  -- what it is`. */
export function documentedExchange(): { readonly client: Uint8Array; readonly server: Uint8Array } {
  const side = (arrow: string): Uint8Array => {
    const own = lines("session-exchange").filter((line) => line.startsWith(arrow));
    return wire(own.map((line) => line.slice(arrow.length).replace(/ +--.*$/, "")).join(" "));
  };
  return { client: side("C>S"), server: side("S>C") };
}
