/** Types that nobody thought of. */
import fc from "fast-check";
import {
  enumeration,
  fixedList,
  flags,
  list,
  map,
  option,
  record,
  result,
  type Scalar,
  scalar,
  type TestType,
  tuple,
  variant,
} from "./test-type.ts";

const scalars: readonly Scalar[] = ["bool", "s8", "u16", "s32", "u64", "f32", "f64", "char", "string"];
const keys: readonly Scalar[] = ["u8", "s16", "u32", "s64", "bool", "char", "string"];

const { type: anyType } = fc.letrec<{ type: TestType }>((tie) => {
  const type = tie("type");
  const some = fc.array(type, { minLength: 1, maxLength: 5 });
  const maybe = fc.option(type, { nil: undefined });
  return {
    type: fc.oneof(
      { maxDepth: 4, depthSize: "medium" },
      { weight: 3, arbitrary: fc.constantFrom(...scalars).map(scalar) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 32 }).map(flags) },
      { weight: 1, arbitrary: fc.integer({ min: 1, max: 300 }).map(enumeration) },
      { weight: 3, arbitrary: some.map((fields) => record(...fields)) },
      { weight: 1, arbitrary: some.map((items) => tuple(...items)) },
      { weight: 3, arbitrary: fc.array(maybe, { minLength: 1, maxLength: 5 }).map((cases) => variant(...cases)) },
      { weight: 2, arbitrary: type.map(option) },
      { weight: 1, arbitrary: fc.tuple(maybe, maybe).map(([ok, err]) => result(ok, err)) },
      { weight: 2, arbitrary: type.map(list) },
      { weight: 1, arbitrary: fc.tuple(type, fc.integer({ min: 1, max: 4 })).map(([of, n]) => fixedList(of, n)) },
      { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...keys), type).map(([key, value]) => map(scalar(key), value)) },
    ),
  };
});

/** The same types for the same seed, so that what is built from them can be kept. */
export function randomTypes(count: number, seed: number): TestType[] {
  return fc.sample(anyType, { numRuns: count, seed });
}
