import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Consumer } from "./consumer.ts";
import type { StagedPackage } from "./stage.ts";

/**
 * Uses what was installed: the command tells its version, and a call goes over a Unix socket. What is not staged yet is
 * reported as left out.
 *
 * @returns what went wrong
 */
export async function smokeTest(
  consumer: Consumer,
  packages: readonly StagedPackage[],
  report: (line: string) => void,
): Promise<string[]> {
  const problems: string[] = [];
  const staged = (name: string): StagedPackage | undefined => packages.find((item) => item.name === name);
  const cli = staged("@witwire/cli");
  if (cli === undefined) report("left out: the command (@witwire/cli is not staged)");
  else {
    const version = (await consumer.runCommand("witwire", "--version")).trim();
    if (!/^(witwire )?\d+\.\d+\.\d+/.test(version))
      problems.push(`witwire --version printed ${JSON.stringify(version)}`);
  }
  const call = join(import.meta.dirname, "testdata/unix-call.mjs");
  if (staged("@witwire/node") === undefined || !existsSync(call))
    report("left out: a call over a Unix socket (@witwire/node is not staged)");
  else {
    consumer.copy(call, "unix-call.mjs");
    const output = await consumer.runModule("run-unix-call.mjs", 'await import("./unix-call.mjs");');
    if (output.trim() !== "Hello, consumer")
      problems.push(`the call over a Unix socket printed ${JSON.stringify(output)}`);
  }
  return problems;
}
