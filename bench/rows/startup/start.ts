/** `start.ts <script> [arguments]`: median wall time of starting a script in Node and waiting for its end. */
import { spawnSync } from "node:child_process";
import { median } from "../../harness/median.ts";

const [script = "", ...args] = process.argv.slice(2);
const warmups = 3;
const runs = 25;

// What is started loads nothing but itself.
const { NODE_OPTIONS: _, ...env } = process.env;
const times: number[] = [];
for (let run = -warmups; run < runs; run++) {
  const start = process.hrtime.bigint();
  const { status, stderr, stdout } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8", env });
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`);
  if (args.includes("--version") && !/\d+\.\d+\.\d+/.test(stdout))
    throw new Error(`${script} printed ${JSON.stringify(stdout)}`);
  if (run >= 0) times.push(milliseconds);
}
console.log(JSON.stringify({ value: median(times), fastest: Math.min(...times), runs }));
