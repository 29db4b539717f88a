import fc from "fast-check";

/** Names that mean something in TypeScript, or differ little once hyphens are gone. */
const awkward = (
  "error map promise date uint8-array stream-input result-of disposable symbol array set object string-of construct " +
  "call-context call-options maybe-promise model typed-interface class default delete new function arguments await then " +
  "constructor prototype name length to-string value-of options context this void null undefined never unknown any " +
  "a b c d e f a1 a-b a-b-c x-input x-handler x i-client i-handler i-errors HTTP-URL i-DO"
).split(" ");

const keywords = new Set(
  (
    "use type func u8 u16 u32 u64 s8 s16 s32 s64 f32 f64 char resource own borrow record flags variant enum bool string option " +
    "result future stream list static interface tuple import export world package constructor include with as from async " +
    "error-context map"
  ).split(" "),
);

/** A name as WIT text. */
function written(name: string): string {
  return keywords.has(name) ? `%${name}` : name;
}

const primitive = fc.constantFrom(..."bool u8 s8 u16 s16 u32 s32 u64 s64 f32 f64 char string error-context".split(" "));

/** Types out of primitives, and out of named ones (`values`) and resources. */
function typeOf(values: readonly string[], resources: readonly string[]): fc.Arbitrary<string> {
  const leaves: fc.Arbitrary<string>[] = [primitive];
  if (values.length > 0) leaves.push(fc.constantFrom(...values));
  if (resources.length > 0) {
    leaves.push(
      fc.constantFrom(...resources),
      fc.constantFrom(...resources).map((name) => `borrow<${name}>`),
    );
  }
  const { type } = fc.letrec<{ type: string }>((tie) => ({
    type: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.oneof(...leaves),
      tie("type").map((of) => `list<${of}>`),
      tie("type").map((of) => `list<${of}, 4>`),
      tie("type").map((of) => `option<${of}>`),
      tie("type").map((of) => `stream<${of}>`),
      tie("type").map((of) => `future<${of}>`),
      fc.constantFrom("stream", "future", "result"),
      fc.tuple(fc.constantFrom("string", "u32", "char", "bool"), tie("type")).map(([key, of]) => `map<${key}, ${of}>`),
      fc.array(tie("type"), { minLength: 1, maxLength: 4 }).map((of) => `tuple<${of.join(", ")}>`),
      fc.tuple(fc.option(tie("type")), fc.option(tie("type"))).map(([ok, err]) => {
        if (err !== null) return `result<${ok ?? "_"}, ${err}>`;
        return ok === null ? "result" : `result<${ok}>`;
      }),
    ),
  }));
  return type;
}

const names = (maxLength: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...awkward), {
    maxLength,
    minLength: 1,
    selector: (name) => name.toLowerCase(),
  });

interface Definition {
  readonly name: string;
  readonly text: string;
}

function definition(name: string, known: readonly string[], resources: readonly string[]): fc.Arbitrary<Definition> {
  const type = typeOf(known, resources);
  const id = written(name);
  const fields = names(5).chain((keys) => fc.tuple(...keys.map((key) => type.map((of) => `${written(key)}: ${of}`))));
  const cases = names(5).chain((keys) =>
    fc.tuple(
      ...keys.map((key) => fc.option(type).map((of) => (of === null ? written(key) : `${written(key)}(${of})`))),
    ),
  );
  const plain = names(9).map((keys) => keys.map(written).join(", "));
  return fc
    .oneof(
      fields.map((list) => `record ${id} { ${list.join(", ")} }`),
      cases.map((list) => `variant ${id} { ${list.join(", ")} }`),
      plain.map((list) => `enum ${id} { ${list} }`),
      plain.map((list) => `flags ${id} { ${list} }`),
      type.map((of) => `type ${id} = ${of};`),
    )
    .map((text) => ({ name: id, text }));
}

function signature(known: readonly string[], resources: readonly string[]): fc.Arbitrary<string> {
  const type = typeOf(known, resources);
  const result = fc.option(type.filter((text) => !text.includes("borrow<")));
  return names(4).chain((params) =>
    fc
      .tuple(fc.tuple(...params.map((param) => type.map((of) => `${written(param)}: ${of}`))), result)
      .map(([list, of]) => `func(${list.join(", ")})${of === null ? "" : ` -> ${of}`};`),
  );
}

/** An interface with resources, types that build on each other, and functions. */
const contents: fc.Arbitrary<string> = names(9).chain((all) => {
  const [resourceNames, rest] = [all.slice(0, 2), all.slice(2)];
  const [typeNames, functionNames] = [rest.slice(0, 4), rest.slice(4)];
  const resources = resourceNames.map(written);
  // A type that holds a borrow cannot be returned, so types are made without resources and functions with them.
  const define = typeNames.map((name, index) => definition(name, typeNames.slice(0, index).map(written), []));
  const known = typeNames.map(written);
  const member = names(3).chain((keys) =>
    fc.tuple(
      ...keys.map((key, index) =>
        signature(known, resources).map(
          (text) => `${written(key)}: ${index === 1 ? text.replace("func", "static func") : text}`,
        ),
      ),
    ),
  );
  return fc
    .tuple(
      fc.tuple(...define),
      fc.tuple(...resources.map((name) => member.map((list) => `resource ${name} { ${list.join(" ")} }`))),
      fc.tuple(...functionNames.map((name) => signature(known, resources).map((text) => `${written(name)}: ${text}`))),
    )
    .map(([types, classes, functions]) => [...types.map(({ text }) => text), ...classes, ...functions].join("\n  "));
});

/** A package with an interface of random contents, and a world that imports and exports it. */
export const randomPackage: fc.Arbitrary<string> = contents.map(
  (text) => `package test:random@0.1.0;\n\ninterface i {\n  ${text}\n}\n\nworld x { import i; export i; }\n`,
);
