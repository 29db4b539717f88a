import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { FIRST_MARK, findGrowth, findLeftovers, MARGIN, megabytes } from "./flatness.ts";
import { Random } from "./random.ts";
import { Scene } from "./scene.ts";

/** Activities in front. */
const WARM = 1500;

const help = `npm run soak -- [options]

Calls of every kind, streams, futures, resources, cancellations, deadlines, errors and lost connections, over sessions and
plain wRPC, against servers in other processes. Fails when an answer is wrong, when anything is left behind, or when a
heap at the end is more than ${MARGIN * 100} % above what it was after ${FIRST_MARK * 100} % of the time.

  --seconds <n>  how long, 5 to 1,000,000; default 600
  --seed <n>     of the numbers that choose what is done; default: another one each time
  --help         prints this
`;

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "600" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) console.log(help);
else process.exitCode = await main(readNumber("seconds", 5, 1e6), readNumber("seed", 0, 2 ** 32 - 1));

async function main(seconds: number, seed: number): Promise<number> {
  if (globalThis.gc === undefined) throw new Error("the heap can only be judged with --expose-gc; use npm run soak");
  const folder = await mkdtemp(join(tmpdir(), "witwire-soak-"));
  console.log(`soak: ${seconds} s, seed ${seed}, Node ${process.versions.node}`);
  try {
    await using scene = await Scene.open(folder, new Random(seed));
    const faults = await run(scene, seconds);
    for (const fault of faults) console.error(`soak: ${fault}`);
    console.log(faults.length === 0 ? "soak: flat" : `soak: FAILED, seed ${seed}`);
    return faults.length === 0 ? 0 : 1;
  } catch (error) {
    console.error("soak:", error);
    console.log(`soak: FAILED, seed ${seed}`);
    return 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns what is wrong */
async function run(scene: Scene, seconds: number): Promise<string[]> {
  let elapsed = 0;
  /** Goes on until so much time has passed, what lies between the phases not counted. */
  const until = async (end: number): Promise<void> => {
    const interval = Math.max(1, Math.min(10, seconds / 5));
    scene.start();
    while (elapsed < end) {
      const started = performance.now();
      await scene.guard(delay(Math.min(interval, end - elapsed) * 1000));
      const line = await scene.progress();
      elapsed += (performance.now() - started) / 1000;
      console.log(`${elapsed.toFixed(0).padStart(6)} s  ${line}`);
    }
    await scene.pause();
  };
  await warmUp(scene);
  await until(seconds * FIRST_MARK);
  const first = await scene.mark();
  const faults = findLeftovers(first);
  await until(seconds);
  const last = await scene.mark();
  faults.push(...findGrowth(first, last));
  for (const [process, heap] of Object.entries(last.heaps)) {
    const before = first.heaps[process] ?? 0;
    const change = ((heap / before - 1) * 100).toFixed(1);
    console.log(
      `${process}: ${megabytes(before)} after ${FIRST_MARK * 100} %, ${megabytes(heap)} at the end, ${change} %`,
    );
  }
  await scene.close();
  faults.push(...findLeftovers(await scene.mark()));
  return faults;
}

/** So that what is loaded and compiled on first use is not taken for growth, however short the run. */
async function warmUp(scene: Scene): Promise<void> {
  scene.start();
  for (let waited = 0; scene.done < WARM && waited < 30; waited++) await scene.guard(delay(1000));
  await scene.pause();
}

function readNumber(name: "seconds" | "seed", least: number, most: number): number {
  const number = Number(values[name]);
  if (number >= least && number <= most) return number;
  throw new RangeError(`--${name} is a number from ${least} to ${most}, not ${JSON.stringify(values[name])}`);
}
