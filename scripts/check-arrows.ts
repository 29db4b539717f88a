import { checkArrows } from "./arrows/check.ts";
import { repositoryRoot } from "./workspace.ts";

const { violations, files } = checkArrows(repositoryRoot);
for (const { place, what, rule } of violations) console.error(`${place} ${what}: ${rule}`);
if (violations.length === 0) console.log(`arrows: ${files} files, imports go one way`);
else {
  console.error(`arrows: ${violations.length} violation${violations.length === 1 ? "" : "s"} in ${files} files`);
  process.exitCode = 1;
}
