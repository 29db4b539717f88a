/**
 * Guests that give back what they got, for any types: straight away, or by calling an import that has the same
 * functions. Each type crosses alone, in a list (so that it lies in memory), and before 16 further parameters (so that
 * the parameters lie in memory, and the result behind a pointer).
 */
import { buildQuickJs, buildText, buildWorld, printComponent, type StringEncoding } from "./guest-builder.ts";
import { localGets, paramList, resultList, runtime, signatureOf, storeFlat } from "./guest-wat.ts";
import { alignmentOf, sizeOf } from "./test-layout.ts";
import { list, scalar, type TestType, TypeWriter, tuple } from "./test-type.ts";

/** `alone`: `T -> T`. `listed`: `list<T> -> list<T>`. `crowded`: `T` and 16 bytes to a tuple of them. */
export type IdentityForm = "alone" | "listed" | "crowded";
export const identityForms: readonly IdentityForm[] = ["alone", "listed", "crowded"];

/** The name of a function in JavaScript. In WIT it has a dash before the `t`. */
export const identityName = (form: IdentityForm, index: number): string => `${form}T${index}`;

const crowd: readonly TestType[] = new Array<TestType>(16).fill(scalar("u8"));

interface Identity {
  readonly name: string;
  readonly params: readonly TestType[];
  readonly result: TestType;
}

function identities(types: readonly TestType[]): Identity[] {
  return types.flatMap((type, index) =>
    identityForms.map((form): Identity => {
      const name = `${form}-t${index}`;
      if (form === "crowded") return { name, params: [type, ...crowd], result: tuple(type, ...crowd) };
      const value = form === "listed" ? list(type) : type;
      return { name, params: [value], result: value };
    }),
  );
}

/** WIT with the interfaces `test:identity/inner` and `test:identity/outer`, both with all functions. */
function identityWit(types: readonly TestType[]): string {
  const writer = new TypeWriter();
  const functions = identities(types).map(({ name, params, result }) => {
    const written = params.map((param, index) => `p${index}: ${writer.write(param)}`);
    return `${name}: func(${written.join(", ")}) -> ${writer.write(result)};`;
  });
  const body = `{\n${writer.definitions}\n${functions.join("\n")}\n}`;
  return `package test:identity;
interface inner ${body}
interface outer ${body}
world answering { export inner; }
world asking { import inner; export outer; }
`;
}

/** Exports `test:identity/inner`, and answers with what it was given. */
export function buildAnsweringGuest(types: readonly TestType[], encoding: StringEncoding): Promise<Uint8Array> {
  const functions = identities(types).map((identity) => answer("test:identity/inner", identity));
  return buildWorld(identityWit(types), "answering", `(module ${runtime}\n${functions.join("\n")})`, encoding);
}

/** Imports `test:identity/inner` and exports `test:identity/outer`, which calls it. */
export function buildAskingGuest(types: readonly TestType[], encoding: StringEncoding): Promise<Uint8Array> {
  const all = identities(types);
  const imports = all.map((identity, index) => importOf("test:identity/inner", identity, index));
  const functions = all.map((identity, index) => forward("test:identity/outer", identity, index));
  const wat = `(module ${imports.join("\n")} ${runtime}\n${functions.join("\n")})`;
  return buildWorld(identityWit(types), "asking", wat, encoding);
}

/** Both guests in one component, the one calling the other. Exports `test:identity/outer`, imports nothing. */
export async function buildComposition(
  types: readonly TestType[],
  asking: StringEncoding,
  answering: StringEncoding,
): Promise<Uint8Array> {
  const outer = await printComponent(await buildAskingGuest(types, asking));
  const inner = await printComponent(await buildAnsweringGuest(types, answering));
  return buildText(`(component
    ${inner.replace("(component", "(component $answering")}
    ${outer.replace("(component", "(component $asking")}
    (instance $inner (instantiate $answering))
    (instance $outer (instantiate $asking
      (with "test:identity/inner" (instance $inner "test:identity/inner"))))
    (export "test:identity/outer" (instance $outer "test:identity/outer")))`);
}

/** As {@link buildAskingGuest}, in JavaScript. */
export function buildQuickJsAskingGuest(types: readonly TestType[]): Promise<Uint8Array> {
  const functions = types.flatMap((_, index) =>
    identityForms.map((form) => {
      const name = identityName(form, index);
      return `  ${name}: (...values) => inner.${name}(...values),`;
    }),
  );
  const source = `import inner from "test:identity/inner";\nexport const outer = {\n${functions.join("\n")}\n};\n`;
  return buildQuickJs(identityWit(types), "asking", source);
}

function answer(namespace: string, { name, params, result }: Identity): string {
  const { params: flat, results, spilled, returnsPointer } = signatureOf(params, result);
  // Parameters in memory have the same layout as the result: a tuple of the same types.
  const direct = spilled || !returnsPointer;
  const body = direct
    ? "(local.get 0)"
    : `(local.set $to (call $allocate (i32.const ${alignmentOf(result)}) (i32.const ${sizeOf(result)})))
       ${storeFlat(result, flat, 0)} (local.get $to)`;
  return exported(namespace, name, `${paramList(flat)} ${resultList(results)} (local $to i32) ${body}`, results);
}

function importOf(namespace: string, { name, params, result }: Identity, index: number): string {
  const { params: flat, results, returnsPointer } = signatureOf(params, result);
  const signature = returnsPointer ? paramList([...flat, "i32"]) : `${paramList(flat)} ${resultList(results)}`;
  return `(import "${namespace}" "${name}" (func $inner${index} ${signature}))`;
}

function forward(namespace: string, { name, params, result }: Identity, index: number): string {
  const { params: flat, results, returnsPointer } = signatureOf(params, result);
  const body = returnsPointer
    ? `(local.set $to (call $allocate (i32.const ${alignmentOf(result)}) (i32.const ${sizeOf(result)})))
       (call $inner${index} ${localGets(flat.length)} (local.get $to)) (local.get $to)`
    : `(call $inner${index} ${localGets(flat.length)})`;
  return exported(namespace, name, `${paramList(flat)} ${resultList(results)} (local $to i32) ${body}`, results);
}

/** An export, and its `post-return`, which makes the guest forget what it allocated. */
function exported(
  namespace: string,
  name: string,
  definition: string,
  results: readonly ("i32" | "i64" | "f32" | "f64")[],
): string {
  return `(func (export "${namespace}#${name}") ${definition})
  (func (export "cabi_post_${namespace}#${name}") ${paramList(results)} (call $reset))`;
}
