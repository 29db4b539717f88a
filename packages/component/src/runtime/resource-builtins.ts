import { isPromiseLike } from "@witwire/wit/values";
import { Trap } from "../abi/canonical.ts";
import { type CoreFunction, EngineFunction } from "../core/core-function.ts";
import { type CoreCallable, suspending } from "../core/web-assembly.ts";
import { ComponentError } from "../errors.ts";
import type { Frame, RuntimeResource } from "./frame.ts";

/** `resource.new`: a handle for a rep. CanonicalABI.md, `canon_resource_new`. */
export function resourceNew(frame: Frame, resource: RuntimeResource): CoreFunction {
  return new EngineFunction((rep) =>
    guarded(frame, `[resource-new]${resource.name}`, () => {
      checkMayLeave(frame);
      return frame.handles.addOwn(resource, rep as number);
    }),
  );
}

/** `resource.rep`: the rep of a handle. CanonicalABI.md, `canon_resource_rep`. */
export function resourceRep(frame: Frame, resource: RuntimeResource): CoreFunction {
  return new EngineFunction((handle) =>
    guarded(frame, `[resource-rep]${resource.name}`, () => frame.handles.rep(resource, handle as number)),
  );
}

/** `resource.drop`: gives a handle up, and runs the destructor of an owned one. CanonicalABI.md, `canon_resource_drop`. */
export function resourceDrop(frame: Frame, resource: RuntimeResource): CoreFunction {
  const label = `[resource-drop]${resource.name}`;
  const drop: CoreCallable = (handle) =>
    guarded(frame, label, () => {
      checkMayLeave(frame);
      const rep = frame.handles.drop(resource, handle as number);
      if (rep === undefined) return undefined;
      const outcome = resource.destroy(rep, frame);
      if (!isPromiseLike(outcome)) return undefined;
      return outcome.then(undefined, (error) => {
        throw raise(frame, label, error);
      });
    });
  return resource.mayAwait ? new EngineFunction(drop, suspending(drop)) : new EngineFunction(drop);
}

/** Runs a built-in; what goes wrong ends the guest. */
function guarded<T>(frame: Frame, label: string, body: () => T): T {
  try {
    return body();
  } catch (error) {
    throw raise(frame, label, error);
  }
}

function checkMayLeave(frame: Frame): void {
  if (!frame.mayLeave) throw new Trap("cannot leave the component while it allocates or cleans up");
}

/** An error that the guest cannot catch. */
function raise({ store }: Frame, label: string, error: unknown): Error {
  if (error instanceof ComponentError) return store.raise(error);
  const code = error instanceof Trap ? error.code : "trap";
  const message = `${label}: ${error instanceof Error ? error.message : String(error)}`;
  return store.raise(new ComponentError(code, message, { cause: error, function: store.current?.label }));
}
