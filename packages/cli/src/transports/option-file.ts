import { readFile } from "node:fs/promises";
import { UsageError } from "../usage-error.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "permission denied",
};

/**
 * Reads the text file that an option names.
 *
 * @param option as it was written, for example `--key`
 * @throws UsageError saying why it cannot be read
 */
export async function readOptionFile(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new UsageError(`${option} ${path} cannot be read: ${reasons[code] ?? message}`);
  }
}
