import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkExamples, type Document } from "./docs/examples.ts";
import { checkLinks } from "./docs/links.ts";
import { readMarkdown } from "./docs/markdown.ts";
import { run } from "./run.ts";
import { repositoryRoot } from "./workspace.ts";

// What git knows or would take, so that nothing generated is looked at.
const listed = await run("git", ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "*.md"], {
  cwd: repositoryRoot,
});
const documents: Document[] = listed
  .split("\n")
  .filter((path) => path !== "")
  .map((path) => ({ path, markdown: readMarkdown(readFileSync(join(repositoryRoot, path), "utf8")) }));

const problems = documents.flatMap(({ path, markdown }) => checkLinks(repositoryRoot, path, markdown));
const examples = await checkExamples(repositoryRoot, documents);
problems.push(...examples.problems);

for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else {
  const links = documents.reduce((sum, { markdown }) => sum + markdown.links.length, 0);
  console.log(
    `docs: ${documents.length} files, ${links} links, ${examples.checked} examples compiled, ${examples.run} run`,
  );
}
