import { type Component, findGiven } from "@witwire/component";
import type { RemoteImports } from "@witwire/host";
import { createWasi } from "@witwire/wasi";
import { UsageError } from "../usage-error.ts";

/**
 * What this process answers itself would never be called at the address that somebody gave for it.
 *
 * @throws UsageError naming the option to leave out
 */
export function rejectWasiImports(component: Component, { interfaces = {} }: RemoteImports): void {
  using wasi = createWasi();
  for (const wanted of Object.keys(interfaces)) {
    const given = [...component.imports.keys()].find(
      (name) => findGiven({ [wanted]: true }, name) !== undefined && findGiven(wasi.imports, name) !== undefined,
    );
    if (given === undefined) continue;
    throw new UsageError(
      `--import ${wanted}=… would do nothing: witwire answers ${given} itself, as --env, --dir and --allow-net grant it; leave it out`,
    );
  }
}
