import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchError } from "../harness/contestant.ts";
import type { Contestant } from "../harness/row.ts";
import type { CpuProfile } from "./costs.ts";

/** What one process of a contestant did. */
export interface Recording {
  /** The contestant's own process is the client; what it starts are servers. */
  readonly role: "client" | "server";
  readonly profile: CpuProfile;
}

/** Microseconds between two samples. */
const INTERVAL = 500;

/**
 * Runs a contestant and all processes that it starts under V8's sampling profiler.
 *
 * @throws BenchError
 */
export async function record(name: string, contestant: Contestant, env: NodeJS.ProcessEnv): Promise<Recording[]> {
  const folder = mkdtempSync(join(tmpdir(), "witwire-profile-"));
  try {
    const profiler = ["--cpu-prof", `--cpu-prof-interval=${INTERVAL}`, `--cpu-prof-dir=${folder}`];
    const pid = await run(name, [...profiler, ...contestant.args], env);
    const recordings = readdirSync(folder).map((file) => readRecording(join(folder, file), pid));
    return recordings.sort((one, other) => one.role.localeCompare(other.role));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Processes that Node forks take the options over. @returns the process's number, when it has ended */
function run(name: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"], env });
    child.on("error", (error) => reject(new BenchError(`${name} cannot be started: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(child.pid);
      else reject(new BenchError(`${name} ended with ${signal ?? `code ${code}`}`));
    });
  });
}

/** Profiles are called `CPU.<day>.<time>.<process>.<thread>.<number>.cpuprofile`. */
function readRecording(file: string, clientPid: number | undefined): Recording {
  const pid = Number(/\.(\d+)\.\d+\.\d+\.cpuprofile$/.exec(file)?.[1]);
  const profile = JSON.parse(readFileSync(file, "utf8")) as CpuProfile;
  return { role: pid === clientPid ? "client" : "server", profile };
}
