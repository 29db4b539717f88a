import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "./run.ts";
import { Consumer } from "./staging/consumer.ts";
import { lintTarball } from "./staging/lint.ts";
import { smokeTest } from "./staging/smoke.ts";
import type { StagedPackage } from "./staging/stage.ts";
import { repositoryRoot } from "./workspace.ts";

const staging = join(repositoryRoot, ".staging");
const packages = listStaged();
if (packages.length === 0) {
  console.error("nothing is staged; run: npm run stage");
  process.exit(1);
}

let failed = false;
await step("publint", async () => (await Promise.all(packages.map(lintTarball))).flat());
try {
  using consumer = await Consumer.install(repositoryRoot, packages);
  console.log(`ok   clean install of ${packages.length} tarballs`);
  await step("types, nodenext", () => consumer.checkTypes("nodenext"));
  await step("types, bundler", () => consumer.checkTypes("bundler"));
  await step("types of core packages in a browser", () => consumer.checkBrowserTypes());
  await step(`import of ${consumer.specifiers.length} exports`, async () => {
    await consumer.importAll();
    return [];
  });
  await step("smoke test", () => smokeTest(consumer, packages, (line) => console.log(`     ${line}`)));
} catch (error) {
  fail("clean install", [error instanceof CommandError ? error.message : String(error)]);
}
if (failed) process.exitCode = 1;

async function step(name: string, check: () => Promise<string[]>): Promise<void> {
  try {
    const problems = await check();
    if (problems.length > 0) fail(name, problems);
    else console.log(`ok   ${name}`);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    fail(name, [error.message]);
  }
}

function fail(name: string, problems: readonly string[]): void {
  failed = true;
  console.error(`FAIL ${name}`);
  for (const line of problems) console.error(`     ${line.replaceAll("\n", "\n     ")}`);
}

function listStaged(): StagedPackage[] {
  const tarballs = join(staging, "tarballs");
  if (!existsSync(tarballs)) return [];
  const folders = readdirSync(staging).filter((name) => existsSync(join(staging, name, "package.json")));
  return folders.map((name) => {
    const folder = join(staging, name);
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      name: string;
      version: string;
    };
    const file = `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`;
    return { name: manifest.name, folder, tarball: join(tarballs, file) };
  });
}
