import type { CoreType, CoreValue } from "./canonical.ts";
import type { CompiledType, Lift, Lower } from "./compiled-type.ts";
import { around } from "./compiled-type.ts";
import { discriminant } from "./discriminants.ts";
import { within } from "./failures.ts";
import { fillFlat, joinFlat, liftJoined, lowerJoined, maxFlat } from "./flat.ts";
import { variantLayout } from "./layout.ts";

/** What tells the JavaScript values of variants, options and results from each other. */
export interface CaseShape {
  /** `a variant` */
  readonly what: string;
  /** The step of a path from the value to its payload; empty where the value is the payload. */
  readonly step: string;
  /** The number of the case that a value is. @throws ValueError */
  caseOf(value: unknown): number;
  /** What a value carries; only asked where its case has a payload. */
  payloadOf(value: unknown): unknown;
  /** The value that is in a case. `payload` is `undefined` where the case has none. */
  make(index: number, payload: unknown): unknown;
}

/**
 * A type of which a value is in one of several cases: the number of the case, then its payload, if any. The payloads of
 * all cases share their space in memory, and their flat core values.
 */
export function casesType(payloads: readonly (CompiledType | undefined)[], shape: CaseShape): CompiledType {
  const { step, caseOf, payloadOf, make } = shape;
  const types = payloads.filter((type) => type !== undefined);
  const { discriminantSize, payloadOffset, alignment, size } = variantLayout(payloads.length, types);
  const joined = joinFlat(types);
  const flat = (["i32", ...joined] satisfies CoreType[]).slice(0, maxFlat + 1);
  const number = discriminant(discriminantSize, payloads.length, shape.what);
  const lifts = payloads.map((type): Lift | undefined => type && liftJoined(type, joined));
  const lowers = payloads.map((type): Lower | undefined => type && lowerJoined(type, joined));
  const fillAll = fillFlat(joined);
  return {
    ...around(types, { alignment, size, flat }),
    load(context, view, pointer) {
      const index = number.load(view, pointer);
      const type = payloads[index];
      if (type === undefined) return make(index, undefined);
      try {
        return make(index, type.load(context, view, pointer + payloadOffset));
      } catch (error) {
        throw within(error, step);
      }
    },
    store(context, pointer, value) {
      const index = caseOf(value);
      number.store(context, pointer, index);
      const type = payloads[index];
      if (type === undefined) return;
      try {
        type.store(context, pointer + payloadOffset, payloadOf(value));
      } catch (error) {
        throw within(error, step);
      }
    },
    lift(context, core, at) {
      const index = number.lift(core[at] as CoreValue);
      const lift = lifts[index];
      if (lift === undefined) return make(index, undefined);
      try {
        return make(index, lift(context, core, at + 1));
      } catch (error) {
        throw within(error, step);
      }
    },
    lower(context, core, at, value) {
      const index = caseOf(value);
      core[at] = index;
      const lower = lowers[index];
      if (lower === undefined) {
        fillAll(core, at + 1);
        return;
      }
      try {
        lower(context, core, at + 1, payloadOf(value));
      } catch (error) {
        throw within(error, step);
      }
    },
  };
}
