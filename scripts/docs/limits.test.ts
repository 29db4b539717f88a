import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { DEFAULT_DECODE_LIMITS } from "@witwire/codec";
import { DEFAULT_POOL_OPTIONS } from "@witwire/host";
import { DEFAULT_LIMITS } from "@witwire/rpc";
import { DEFAULT_WASI_LIMITS } from "@witwire/wasi";
import { defaultDecodeLimits } from "@witwire/wit/binary";
import { defaultWitLimits } from "@witwire/wit/text";
import { DEFAULT_WAVE_LIMITS } from "@witwire/wit/wave";
import { repositoryRoot } from "../workspace.ts";

/** Limits and defaults in the table below a heading of docs/limits.md. */
function documented(heading: string): Record<string, number> {
  const text = readFileSync(join(repositoryRoot, "docs/limits.md"), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const rows = [...section.matchAll(/^\| `(\w+)` +\| ([\d,]+) +\|/gm)];
  return Object.fromEntries(rows.map(([, name = "", value = ""]) => [name, Number(value.replaceAll(",", ""))]));
}

describe("docs/limits.md", () => {
  it("has every limit with its default", () => {
    assert.deepEqual(documented("WIT text"), { ...defaultWitLimits });
    assert.deepEqual(documented("Component binaries"), { ...defaultDecodeLimits });
    assert.deepEqual(documented("WAVE text"), { ...DEFAULT_WAVE_LIMITS });
    assert.deepEqual(documented("Values on the wire"), { ...DEFAULT_DECODE_LIMITS });
    const decode = Object.keys(DEFAULT_DECODE_LIMITS);
    const others = Object.entries(DEFAULT_LIMITS).filter(([name]) => !decode.includes(name));
    assert.deepEqual(documented("Calls and connections"), Object.fromEntries(others));
    assert.deepEqual(documented("Instances of components"), { ...DEFAULT_POOL_OPTIONS });
    assert.deepEqual(documented("WASI"), { ...DEFAULT_WASI_LIMITS });
  });
});
