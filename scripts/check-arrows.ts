import { dirname } from "node:path";
import { checkArrows } from "./arrows/check.ts";

const { violations, files } = checkArrows(dirname(import.meta.dirname));
for (const { place, what, rule } of violations) console.error(`${place} ${what}: ${rule}`);
if (violations.length === 0) console.log(`arrows: ${files} files, imports go one way`);
else {
  console.error(`arrows: ${violations.length} violation${violations.length === 1 ? "" : "s"} in ${files} files`);
  process.exitCode = 1;
}
