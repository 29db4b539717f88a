import type { CompiledType, Outline } from "./compiled-type.ts";
import { single } from "./compiled-type.ts";

const handle: Outline = { ...single(4, "i32"), hasHandles: true };

/** `own<R>`: an index into the guest's table of handles. What it stands for is the context's business. */
export function ownType(resource: number): CompiledType {
  return {
    ...handle,
    load: (context, view, pointer) => context.liftOwn(resource, view.getUint32(pointer, true)),
    store(context, pointer, value) {
      const index = context.lowerOwn(resource, value);
      context.view().setUint32(pointer, index, true);
    },
    lift: (context, core, at) => context.liftOwn(resource, (core[at] as number) >>> 0),
    lower(context, core, at, value) {
      core[at] = context.lowerOwn(resource, value);
    },
  };
}

/** `borrow<R>`, likewise. */
export function borrowType(resource: number): CompiledType {
  return {
    ...handle,
    load: (context, view, pointer) => context.liftBorrow(resource, view.getUint32(pointer, true)),
    store(context, pointer, value) {
      const index = context.lowerBorrow(resource, value);
      context.view().setUint32(pointer, index, true);
    },
    lift: (context, core, at) => context.liftBorrow(resource, (core[at] as number) >>> 0),
    lower(context, core, at, value) {
      core[at] = context.lowerBorrow(resource, value);
    },
  };
}
