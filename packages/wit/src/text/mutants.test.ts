/**
 * Compares our verdict with wit-parser's on texts that are almost right: the valid inputs with a token left out, doubled,
 * exchanged or put somewhere else. Where the two differ, it is for the one reason that `docs/wit.md` names: we compare
 * names within one scope.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { features, readInputs } from "../testing/test-data.ts";
import { WitParser } from "../testing/wit-parser.ts";
import { parseWit, WitSourceError } from "./index.ts";

const mutantsOfEach = 6;
const ourOwnReason = /is defined twice in|differ only in upper and lower case/;

test("wit-parser agrees about texts that are almost right", async () => {
  await using parser = new WitParser();
  const random = new Random(20_261_121);
  let accepted = 0;
  for (const { name, path, source } of readInputs("valid")) {
    const [file] = source.files;
    if (file === undefined || !path.endsWith(".wit")) continue;
    for (let count = 0; count < mutantsOfEach; count++) {
      const text = mutate(file.text, random);
      const answer = await parser.ask({ world: "zz-no-such-world", features, text });
      const theirs = answer.tag === "parse" && answer.message.startsWith("World `zz-no-such-world` not found");
      const ours = verdict(text);
      if (ours === "accepted") accepted++;
      if (theirs && ourOwnReason.test(ours)) continue;
      assert.equal(ours === "accepted", theirs, `${name}: ${ours}; wit-parser: ${JSON.stringify(answer)}\n${text}`);
    }
  }
  assert.ok(accepted > 50, "hardly any mutant is valid");
});

function verdict(text: string): string {
  try {
    parseWit(text, { features });
    return "accepted";
  } catch (error) {
    assert.ok(error instanceof WitSourceError, String(error));
    return error.message;
  }
}

function mutate(text: string, random: Random): string {
  const tokens = text.match(/\/\/.*\n|\/\*[\s\S]*?\*\/|"[^"\n]*"|%?[A-Za-z_][\w-]*|\d+|->|\s+|./gu) ?? [];
  const at = random.below(tokens.length);
  const other = random.below(tokens.length);
  const [token = "", replacement = ""] = [tokens[at], tokens[other]];
  switch (random.below(6)) {
    case 0:
      tokens.splice(at, 1);
      break;
    case 1:
      tokens.splice(at, 0, replacement);
      break;
    case 2:
      tokens[at] = replacement;
      tokens[other] = token;
      break;
    default:
      exchangeNames(tokens, random);
  }
  return tokens.join("");
}

/** Puts one name in the place of another: the text stays well-formed and means something else. */
function exchangeNames(tokens: string[], random: Random): void {
  const names = tokens.flatMap((token, index) => (/^%?[a-z]/.test(token) ? [index] : []));
  const [at, other] = [names[random.below(names.length)], names[random.below(names.length)]];
  if (at !== undefined && other !== undefined) tokens[at] = tokens[other] ?? "";
}

/** A generator of numbers that are the same in every run (mulberry32). */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** A whole number from 0 to `limit`, which it does not reach. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }
}
