import type { TypeDef } from "../model/types.ts";
import type { DraftInterface } from "../text/draft.ts";

/**
 * The order of the packages 0 to `count` - 1 in which each follows those that its interfaces use types of, and otherwise
 * the order in which they are. Nothing where they depend on each other in a circle.
 */
export function foreignOrder(
  count: number,
  interfaces: readonly DraftInterface[],
  types: readonly TypeDef[],
): readonly number[] | undefined {
  const dependencies = Array.from({ length: count }, () => new Set<number>());
  for (const item of interfaces) {
    for (const type of item.types.values()) {
      const used = usedInterface(types, type);
      const to = used === undefined ? undefined : interfaces[used]?.package;
      if (to !== undefined && to !== item.package) dependencies[item.package]?.add(to);
    }
  }
  const order: number[] = [];
  const state = new Map<number, "open" | "done">();
  for (let root = 0; root < count; root++) {
    const stack = state.has(root) ? [] : [open(root)];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.rest.next();
      if (next.done === true) {
        stack.pop();
        state.set(top.index, "done");
        order.push(top.index);
      } else if (next.value >= 0 && state.get(next.value) !== "done") {
        if (state.has(next.value)) return undefined;
        stack.push(open(next.value));
      }
    }
  }
  return order;

  function open(index: number): { readonly index: number; readonly rest: Iterator<number, undefined> } {
    state.set(index, "open");
    return { index, rest: (dependencies[index] ?? new Set<number>()).values() };
  }
}

/** The interface that a type is taken from by `use`. */
function usedInterface(types: readonly TypeDef[], id: number): number | undefined {
  const kind = types[id]?.kind;
  const from = kind?.tag === "alias" && typeof kind.type === "number" ? types[kind.type]?.owner : undefined;
  return from?.tag === "interface" ? from.id : undefined;
}
