import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { checkNeeds, type Numbers, readNumbers, runContestant } from "./contestant.ts";
import { compare, measure } from "./measure.ts";
import { median, percentile } from "./median.ts";
import type { Measurement } from "./row.ts";
import { loadMeasurements } from "./rows.ts";
import { formatNumber, formatResults } from "./table.ts";

const contestant = { args: [] };
const speed: Measurement = {
  name: "row/speed",
  title: "how fast",
  unit: "calls/s",
  better: "more",
  ours: contestant,
  baselines: { floor: contestant, rival: contestant },
  targets: [
    { baseline: "floor", ratio: 0.9 },
    { baseline: "rival", ratio: 2 },
  ],
};
const time: Measurement = {
  ...speed,
  name: "row/time",
  unit: "ms",
  better: "less",
  baselines: { floor: contestant },
  targets: [{ baseline: "floor", ratio: 1.5 }],
};

describe("median and percentile", () => {
  it("take the middle, whatever the order", () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 3, 2]), 2.5);
    assert.equal(median([10, 9, 100]), 10);
    assert.equal(percentile([4, 1, 3, 2], 0.5), 3);
    assert.equal(percentile([1, 2, 3], 0.99), 3);
    assert.throws(() => median([]), RangeError);
    assert.throws(() => percentile([], 0.5), RangeError);
  });
});

/** What runs of contestants come to, with one number each. */
const single = (values: Record<string, number>): Map<string, Numbers> =>
  new Map(Object.entries(values).map(([name, value]) => [name, { value }]));

describe("measure", () => {
  it("runs the contestants in turns, each round beginning with another", async () => {
    const turns: string[] = [];
    const progress: string[] = [];
    const run = async (name: string): Promise<Numbers> => ({ value: turns.push(name.replace("row/speed ", "")) });
    await measure(speed, { rounds: 3, run, progress: (done, of, name) => progress.push(`${done}/${of} ${name}`) });
    assert.deepEqual(turns, ["ours", "floor", "rival", "floor", "rival", "ours", "rival", "ours", "floor"]);
    assert.equal(progress.length, 9);
    assert.equal(progress[3], "4/9 floor");
  });

  it("compares medians, one row for each target", async () => {
    const numbers: Record<string, number[]> = { ours: [90, 110, 1000], floor: [100, 1, 101], rival: [40, 60, 50] };
    const run = async (name: string): Promise<Numbers> => ({
      value: numbers[name.split(" ")[1] ?? ""]?.shift() ?? Number.NaN,
    });
    const rows = await measure(speed, { rounds: 3, run });
    const common = { ours: 110, unit: "calls/s", baselines: { floor: 100, rival: 50 } };
    assert.deepEqual(rows, [
      { name: "row/speed/floor", ...common, ratio: 1.1, target: 0.9, met: true },
      { name: "row/speed/rival", ...common, ratio: 2.2, target: 2, met: true },
    ]);
  });

  it("wants at least the ratio where more is better, and at most where less is", () => {
    const met = (measurement: Measurement, ours: number): unknown =>
      compare(measurement, single({ ours, floor: 100, rival: 100 }))[0]?.met;
    assert.deepEqual([met(speed, 89), met(speed, 90), met(speed, 200)], [false, true, true]);
    assert.deepEqual([met(time, 151), met(time, 150), met(time, 10)], [false, true, true]);
  });

  it("can want an amount", () => {
    const priced: Measurement = { ...time, targets: [{ amount: 200 }] };
    const rows = compare(priced, single({ ours: 100, floor: 10 }));
    assert.deepEqual(rows, [
      { name: "row/time", ours: 100, unit: "ms", baselines: { floor: 10 }, ratio: 0.5, target: 1, met: true },
    ]);
    assert.match(formatResults(priced, rows), /\n {2}target <= 200 ms: met$/);
  });

  it("leaves a target open while there is nothing of ours", async () => {
    const { ours: _, ...rest } = time;
    const rows = await measure(rest, { rounds: 1, run: async () => ({ value: 5 }) });
    assert.deepEqual(rows, [
      { name: "row/time", ours: null, unit: "ms", baselines: { floor: 5 }, ratio: null, target: 1.5, met: null },
    ]);
    assert.match(
      formatResults(rest, rows),
      /ours {3}nothing to measure yet\n[^\n]*floor {2}5\.00\n {2}- of floor, target <= 1\.5: open/,
    );
  });

  it("can want a ratio to the best of several", () => {
    const among = (better: "more" | "less"): Measurement => ({
      ...speed,
      better,
      targets: [{ bestOf: ["floor", "rival"], label: "the best", ratio: 2 }],
    });
    const numbers = single({ ours: 90, floor: 30, rival: 60 });
    assert.equal(compare(among("more"), numbers)[0]?.ratio, 1.5);
    assert.equal(compare(among("less"), numbers)[0]?.ratio, 3);
    assert.match(
      formatResults(among("more"), compare(among("more"), numbers)),
      /1\.50 of the best, target >= 2: MISSED/,
    );
  });

  it("shows further numbers of the contestants, and what has no target", async () => {
    const shown: Measurement = {
      ...time,
      targets: [],
      details: [
        { property: "p99", title: "p99 µs" },
        { property: "rss", title: "RSS" },
      ],
    };
    const results: Numbers[] = [{ value: 1, p99: 10, rss: 7 }, { value: 2 }, { value: 3, p99: 30 }, { value: 5 }];
    const rows = await measure(shown, { rounds: 2, run: async () => results.shift() as Numbers });
    const details = { ours: { value: 3, p99: 10, rss: 7 }, floor: { value: 2.5, p99: 30 } };
    const common = { name: "row/time", ours: 3, unit: "ms", baselines: { floor: 2.5 } };
    assert.deepEqual(rows, [{ ...common, details, ratio: null, target: null, met: null }]);
    assert.deepEqual(formatResults(shown, rows).split("\n").slice(1), [
      "               p99 µs  RSS",
      "  ours   3.00  10.0    7.00",
      "  floor  2.50  30.0    -",
    ]);
  });

  it("refuses a target against what is no baseline", () => {
    const wrong = { ...time, targets: [{ baseline: "nobody", ratio: 1 }] };
    assert.throws(() => compare(wrong, single({})), {
      message: "row/time has a target against nobody, which is no baseline of it",
    });
  });
});

describe("formatResults", () => {
  it("shows every contestant and every target", () => {
    const rows = compare(speed, single({ ours: 123456.7, floor: 100000, rival: 90000 }));
    assert.equal(
      formatResults(speed, rows),
      [
        "row/speed: how fast (calls/s, more is better)",
        "  ours   123,457",
        "  floor  100,000",
        "  rival  90,000",
        "  1.23 of floor, target >= 0.9: met",
        "  1.37 of rival, target >= 2: MISSED",
      ].join("\n"),
    );
  });

  it("keeps three digits of small numbers", () => {
    assert.deepEqual([0.01234, 1.5, 12.345, 123.4, 9999].map(formatNumber), ["0.0123", "1.50", "12.3", "123", "9,999"]);
  });
});

describe("runContestant", () => {
  const script = (source: string): { args: string[] } => ({ args: ["-e", source] });

  it("takes the number of the last line that has one", async () => {
    const printing = script('console.log("hello"); console.log(JSON.stringify({ value: 5, p50: 3 }))');
    assert.deepEqual(await runContestant("x", printing), { value: 5, p50: 3 });
    const { value } = await runContestant("x", { ...script("console.log('{\"ops\": 7}')"), property: "ops" });
    assert.equal(value, 7);
    assert.deepEqual(readNumbers('{"value":1}\n{"value":2,"name":"x"}\nnull\n', "value"), { value: 2 });
    assert.equal(readNumbers('{"value":"1"}', "value"), undefined);
  });

  it("says what a contestant printed that failed", async () => {
    await assert.rejects(runContestant("row ours", script('throw new Error("oops")')), {
      name: "BenchError",
      message: /^row ours ended with code 1:\n[\s\S]*oops/,
    });
    await assert.rejects(runContestant("row ours", script("console.log(1)")), {
      message: 'row ours printed no number, but "1\\n"',
    });
  });
});

describe("what a bench needs", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  after(() => rmSync(folder, { recursive: true }));

  it("is named with the way out", () => {
    const needs = [{ path: join(process.cwd(), "nowhere/rival"), wayOut: "npm run bench:install" }];
    assert.throws(() => checkNeeds("row rival", { args: [], needs }), {
      message: "row rival needs nowhere/rival; run: npm run bench:install",
    });
    checkNeeds("row rival", { args: [], needs: [{ path: folder, wayOut: "" }] });
  });

  it("finds rows by part of their names, or lists them", async () => {
    mkdirSync(join(folder, "a"));
    mkdirSync(join(folder, "not-a-row"));
    writeFileSync(join(folder, "a/row.ts"), `export const row = ${JSON.stringify({ measurements: [speed, time] })};`);
    assert.deepEqual(
      (await loadMeasurements(folder)).map(({ name }) => name),
      ["row/speed", "row/time"],
    );
    assert.deepEqual(
      (await loadMeasurements(folder, "tim")).map(({ name }) => name),
      ["row/time"],
    );
    await assert.rejects(loadMeasurements(folder, "x"), {
      message: 'nothing is called "x"; there is row/speed, row/time',
    });
  });
});
