/**
 * A process that answers questions about WIT with wit-parser itself, which jco brings along as a WebAssembly component.
 * One panic makes the component unusable, so it lives in a process of its own, which ends after a panic; see
 * `wit-parser.ts` for the side that asks. Reads and writes one JSON text per line.
 */
import { createInterface } from "node:readline";
import { unpackWit } from "@bytecodealliance/jco-transpile";
import { componentEmbed } from "@bytecodealliance/jco-transpile/wasm-tools";
import type { Answer, Question } from "./wit-parser.ts";

const custom = "component-type";

for await (const line of createInterface({ input: process.stdin })) {
  const { answer, poisoned } = await ask(JSON.parse(line) as Question);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
  if (poisoned) process.exit(0);
}

async function ask(question: Question): Promise<{ answer: Answer; poisoned: boolean }> {
  let core: Uint8Array;
  try {
    core = await componentEmbed({
      dummy: true,
      world: question.world,
      features: { tag: "list", val: [...question.features] },
      ...("text" in question ? { witSource: question.text } : { witPath: question.folder }),
    });
  } catch (error) {
    return failure("parse", error);
  }
  try {
    const encoded = section(core);
    const files = await unpackWit(undefined, encoded);
    const binary = Buffer.from(encoded).toString("base64");
    return { answer: { tag: "ok", files: [...files], binary }, poisoned: false };
  } catch (error) {
    return failure("encode", error);
  }
}

function failure(stage: "parse" | "encode", error: unknown): { answer: Answer; poisoned: boolean } {
  const payload = typeof error === "object" && error !== null && "payload" in error ? error.payload : undefined;
  const message = typeof payload === "object" ? JSON.stringify(payload) : String(payload ?? error);
  return { answer: { tag: stage, message }, poisoned: payload === undefined };
}

/** The contents of the custom section in which tools leave the world of a core module. */
function section(core: Uint8Array): Uint8Array {
  let at = 8;
  const size = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = core[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < core.length) {
    const id = core[at++];
    const length = size();
    const end = at + length;
    if (id === 0) {
      const nameEnd = size() + at;
      if (new TextDecoder().decode(core.subarray(at, nameEnd)) === custom) return core.slice(nameEnd, end);
    }
    at = end;
  }
  throw new Error(`the module has no section ${custom}`);
}
