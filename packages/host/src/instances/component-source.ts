import type { Component, Imports } from "@witwire/component";
import { type LinkOptions, Links } from "../imports/links.ts";
import { HostedInstance, type InstanceImports, type InstanceSource } from "./hosted-instance.ts";

/** How instances of a component come about. */
export interface ComponentSourceOptions extends LinkOptions {
  /** What all instances share. Objects of functions and classes, as `Component.instantiate` takes them. */
  readonly imports?: Imports | undefined;
  /** Makes what an instance is given for itself alone, such as its WASI; takes precedence over `imports`. */
  readonly perInstance?: (() => InstanceImports | PromiseLike<InstanceImports>) | undefined;
}

/**
 * Makes instances of a component.
 *
 * @throws RangeError for links to interfaces that the component does not import
 */
export function componentSource(component: Component, options: ComponentSourceOptions): InstanceSource {
  const { imports: shared, perInstance } = options;
  const links = new Links(component, options);
  return async () => {
    const own = await perInstance?.();
    try {
      const given = { ...shared, ...own?.imports };
      const linked = links.imports(given, own?.streams);
      return new HostedInstance(await component.instantiate({ ...linked, ...given }), own);
    } catch (error) {
      await own?.[Symbol.asyncDispose]?.();
      throw error;
    }
  };
}
