import { foreignTransportOf } from "@witwire/node";
import { UsageError } from "../usage-error.ts";
import { version } from "../version.ts";

/**
 * Loads a package that the command is installed without, because an address needs it.
 *
 * @param load imports it
 * @throws UsageError with the line that installs it
 */
export async function optionalPackage<T>(name: string, address: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!isAbsent(error, name)) throw error;
    const peer = foreignTransportOf(address)?.peer;
    throw new UsageError(
      `"${address}" needs a package that is not installed; where witwire is, run\n\n` +
        `  npm install ${name}@${version}${peer === undefined ? "" : ` ${peer}`}\n\nwith -g behind it if witwire was installed so`,
    );
  }
}

/** Whether the package itself is missing, and not something that it needs. */
function isAbsent(error: unknown, name: string): boolean {
  if (!(error instanceof Error) || !("code" in error) || error.code !== "ERR_MODULE_NOT_FOUND") return false;
  return error.message.includes(`'${name}'`);
}
