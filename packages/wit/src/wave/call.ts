import { type Func, listInterfaces, qualifiedName, type Resolve, wireFunctionName } from "../model/index.ts";
import { didYouMean } from "../suggestions/did-you-mean.ts";
import { listNames } from "./list-names.ts";
import { type ParseWaveOptions, ValueParser } from "./parse.ts";
import { resolveType, typeName } from "./type-name.ts";
import { WaveError } from "./wave-error.ts";

/** A call in text form whose function was found in a model. */
export interface WaveCall {
  /**
   * Name of the instance on the wire, `namespace:package/interface@version`; for root functions of a world `""`, or the
   * world's name where the text gives it.
   */
  readonly instance: string;
  /** Name of the function on the wire: `hello`, `bucket.get`. */
  readonly name: string;
  readonly func: Func;
  /** The arguments with their parentheses, for {@link parseWaveArguments}. */
  readonly argumentsText: string;
  /** Where {@link argumentsText} begins in the text. */
  readonly argumentsOffset: number;
}

/**
 * Finds the function that a text like `wrpc-examples:hello/handler@0.1.0.hello("x")` calls. Versions and methods have
 * dots of their own, so the name is compared with those of the model instead of being taken apart. In order of
 * preference it may be written as
 *
 * 1. `namespace:package/interface@version.function`, where the longest instance name wins;
 * 2. `namespace:package/interface.function@version`, as `wasm-wave` does, or without the version;
 * 3. `interface.function`, or the local name of an inline interface;
 * 4. `function`.
 *
 * Root functions of worlds are called by their bare name or as `namespace:package/world@version.function`.
 *
 * @throws WaveError listing what there is, or all that a short name could mean
 */
export function parseWaveCall(resolve: Resolve, text: string): WaveCall {
  const open = text.indexOf("(");
  const head = open === -1 ? text : text.slice(0, open);
  const target = head.trim();
  const start = head.length - head.trimStart().length;
  const place = { source: text, start, end: start + target.length };
  if (target === "")
    throw new WaveError("call", "expected the function to call, then its arguments: name(…)", { source: text, start });
  if (open === -1)
    throw new WaveError("call", `expected arguments after the function: ${target}()`, {
      source: text,
      start: place.end,
    });
  const callable = findCallable(listCallables(resolve), target, place);
  return {
    instance: callable.instance,
    name: callable.name,
    func: callable.func,
    argumentsText: text.slice(open),
    argumentsOffset: open,
  };
}

/**
 * Reads the arguments of a call, `("x", [1, 2])`. Options at the end may be left out.
 *
 * @returns one value per parameter
 * @throws WaveError as {@link parseWave} does; pass `source` and `offset` to have it point into the whole call
 */
export function parseWaveArguments(
  resolve: Resolve,
  func: Func,
  text: string,
  options: ParseWaveOptions = {},
): unknown[] {
  const parser = new ValueParser(resolve, text, options);
  const { scanner } = parser;
  scanner.expect("(", `the arguments of ${signature(resolve, func)}`);
  const values: unknown[] = [];
  while (scanner.token.kind !== ")") {
    const param = func.params[values.length];
    if (param === undefined) throw scanner.error("call", `too many arguments for ${signature(resolve, func)}`);
    values.push(parser.value(param.type));
    if (!scanner.accept(",")) break;
  }
  for (const { name, type } of func.params.slice(values.length)) {
    const kind = resolveType(resolve, type);
    if (kind.tag !== "option" || scanner.token.kind !== ")") {
      const what = `${name}: ${typeName(resolve, type)}`;
      const reason =
        scanner.token.kind === ")"
          ? `argument ${what} is missing in ${signature(resolve, func)}`
          : `expected "," and argument ${what}, found ${scanner.found()}`;
      throw scanner.error(scanner.token.kind === ")" ? "call" : "syntax", reason);
    }
    values.push(resolveType(resolve, kind.type).tag === "option" ? { tag: "none" } : undefined);
  }
  scanner.expect(")", '")" after the last argument');
  scanner.expect("end", "the end of the call");
  return values;
}

/** A function under one of the instance names that it can be called by. */
interface Callable {
  readonly instance: string;
  readonly name: string;
  readonly func: Func;
  /** How it can be written, best first; {@link parseWaveCall} says which. */
  readonly spellings: readonly (readonly string[])[];
}

function listCallables(resolve: Resolve): Callable[] {
  const found: Callable[] = [];
  for (const { name: instance, functions } of listInterfaces(resolve)) {
    for (const func of functions) found.push(callable(instance, func));
  }
  for (const world of resolve.worlds) {
    const instance = qualifiedName(resolve, world);
    const seen = new Set<string>();
    for (const { item } of [...world.exports, ...world.imports]) {
      if (item.tag !== "function" || seen.has(item.func.name)) continue;
      seen.add(item.func.name);
      const named = callable(instance, item.func);
      const bare = wireFunctionName(item.func);
      found.push({ ...named, spellings: named.spellings.slice(0, 3) });
      found.push({ instance: "", name: bare, func: item.func, spellings: [[bare]] });
    }
  }
  return found;
}

function callable(instance: string, func: Func): Callable {
  const name = wireFunctionName(func);
  const at = instance.indexOf("@");
  const unversioned = at === -1 ? instance : instance.slice(0, at);
  const version = at === -1 ? "" : instance.slice(at);
  const short = unversioned.slice(unversioned.indexOf("/") + 1);
  return {
    instance,
    name,
    func,
    spellings: [
      [`${instance}.${name}`],
      [`${unversioned}.${name}${version}`, `${unversioned}.${name}`],
      [`${short}.${name}`],
      [name],
    ],
  };
}

type Place = { readonly source: string; readonly start: number; readonly end: number };

function findCallable(callables: readonly Callable[], target: string, place: Place): Callable {
  for (let rank = 0; rank < 4; rank++) {
    const found = callables.filter((candidate) => candidate.spellings[rank]?.includes(target));
    const [first] = found.sort((a, b) => b.instance.length - a.instance.length);
    if (first === undefined) continue;
    if (found.length === 1 || rank === 0) return first;
    throw new WaveError("call", `"${target}" could be ${listNames(found.map(fullName))}; write one of these`, place);
  }
  throw new WaveError("call", explainUnknown(callables, target), place);
}

function explainUnknown(callables: readonly Callable[], target: string): string {
  const names = [...new Set(callables.map(fullName))];
  if (names.length === 0) return `there is no function "${target}"; the model has none at all`;
  const near = didYouMean(target, [...new Set(callables.flatMap((candidate) => candidate.spellings.flat()))]);
  return `there is no function "${target}"${near || `; there is ${listNames(names)}`}`;
}

function fullName({ instance, name }: Callable): string {
  return instance === "" ? name : `${instance}.${name}`;
}

function signature(resolve: Resolve, func: Func): string {
  const params = func.params.map((param) => `${param.name}: ${typeName(resolve, param.type)}`);
  return `${wireFunctionName(func)}(${params.join(", ")})`;
}
