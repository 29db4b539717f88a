import { readFileSync } from "node:fs";

const page = readFileSync(new URL("../../../../docs/protocol.md", import.meta.url), "utf8");

/** The lines of every fenced block of a kind in docs/protocol.md, without what is said about them. */
export function documentedBlocks(kind: string): string[][] {
  const blocks = page.matchAll(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\``, "gms"));
  return [...blocks].map(([, text = ""]) =>
    text
      .split("\n")
      .map((line) => line.replace(/ +--.*$/, "").trim())
      .filter((line) => line !== ""),
  );
}

/** Bytes in a notation that one can read: hex digits, and text in single quotes. */
export function bytesOf(notation: string): Uint8Array {
  const bytes: number[] = [];
  for (const [part] of notation.matchAll(/'[^']*'|[0-9a-f]{2}/g)) {
    if (part.startsWith("'")) bytes.push(...new TextEncoder().encode(part.slice(1, -1)));
    else bytes.push(Number.parseInt(part, 16));
  }
  return Uint8Array.from(bytes);
}

/** A message of a documented exchange: whose it is, where to, where an answer is awaited, and what is in it. */
export function documentedMessage(line: string): { side: string; subject: string; reply: string; hex: string } {
  const [side = "", subject = "", reply = "-", ...bytes] = line.split(/\s+/);
  return { side, subject, reply, hex: Buffer.from(bytesOf(bytes.join(" "))).toString("hex") };
}
