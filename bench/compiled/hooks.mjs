/** Loads what was compiled in place of TypeScript. In JavaScript itself, since Node would load its compiler to read it. */
import { existsSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const compiled = fileURLToPath(new URL("../.compiled/", import.meta.url));

registerHooks({
  load(url, context, next) {
    const path = url.endsWith(".ts") ? fileURLToPath(url) : "";
    const file = `${compiled}${path.slice(root.length, -".ts".length)}.js`;
    if (!path.startsWith(root) || !existsSync(file)) return next(url, context);
    return { format: "module", source: readFileSync(file, "utf8"), shortCircuit: true };
  },
});
