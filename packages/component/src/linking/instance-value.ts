import type { ComponentDefinition } from "@witwire/wit/binary";
import type { CompiledModule } from "../core/compiled-modules.ts";
import type { ComponentFunction } from "../runtime/component-function.ts";
import type { RuntimeResource } from "../runtime/frame.ts";

/** An instance of the component level: a bag of named things. */
export interface InstanceValue {
  readonly exports: ReadonlyMap<string, ItemValue>;
}

/** What components import, export and pass on. Types that are no resources are nothing at run time. */
export type ItemValue =
  | { readonly tag: "func"; readonly value: ComponentFunction }
  | { readonly tag: "instance"; readonly value: InstanceValue }
  | { readonly tag: "type"; readonly value: RuntimeResource | undefined }
  | { readonly tag: "component"; readonly value: ComponentValue }
  | { readonly tag: "core-module"; readonly value: CompiledModule };

/** A component that can be instantiated, with the scopes that its outer aliases refer to, the innermost first. */
export interface ComponentValue {
  readonly definition: ComponentDefinition;
  readonly scopes: readonly OuterScope[];
}

/** What the components inside a component may refer to. */
export interface OuterScope {
  readonly modules: readonly CompiledModule[];
  readonly components: readonly ComponentValue[];
}

/** Whether anything that can be called through an item may await. */
export function mayAwait(item: ItemValue): boolean {
  switch (item.tag) {
    case "func":
      return item.value.mayAwait;
    case "instance":
      return [...item.value.exports.values()].some(mayAwait);
    case "type":
      return item.value?.mayAwait ?? false;
    default:
      return false;
  }
}
