import { join } from "node:path";
import type { Contestant, Measurement, Row, Target } from "../../harness/row.ts";
import type { CaseName } from "./cases.ts";

const script = (name: string): string => join(import.meta.dirname, `${name}.ts`);

const jcoNeeds = [
  { path: join(import.meta.dirname, "../../node_modules/@bytecodealliance/jco"), wayOut: "npm run bench:install" },
];

function measurement(name: CaseName, title: string, amount: number, baselines: readonly string[]): Measurement {
  const contestant = (who: string): Contestant => ({
    args: [script(who), name],
    ...(who === "jco" ? { needs: jcoNeeds } : {}),
  });
  const targets: Target[] = [{ amount }];
  return {
    name: `engine/${name}`,
    title,
    unit: "µs",
    better: "less",
    ours: contestant("ours"),
    baselines: Object.fromEntries(baselines.map((who) => [who, contestant(who)])),
    targets,
  };
}

/** The component engine against V8 alone and against jco, which compiles components to JavaScript. */
export const row: Row = {
  measurements: [
    measurement("sync-u32", "an export u32 -> u32, nothing suspends", 0.5, ["floor", "jco"]),
    measurement("sync-string", "an export string -> string, nothing suspends", 2.5, ["jco"]),
    measurement("awaited-import", "an import that answers with a promise", 2.5, ["floor", "jco"]),
    measurement("promising-export", "an awaited export u32 -> u32", 4, ["floor", "jco"]),
    measurement("instance", "a fresh instance, its modules compiled", 150, ["floor", "jco"]),
  ],
};
