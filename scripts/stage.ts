import { relative } from "node:path";
import { CommandError } from "./run.ts";
import { stage } from "./staging/stage.ts";
import { repositoryRoot } from "./workspace.ts";

try {
  const staged = await stage(repositoryRoot, (line) => console.log(line));
  console.log(`staged ${staged.length} packages in ${relative(process.cwd(), `${repositoryRoot}/.staging`)}`);
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
