import { type Func, listInterfaces, type Resolve, wireFunctionName } from "@witwire/wit/model";

/**
 * How the functions of a model can be called on a command line: by the interface's short name where only one interface has it,
 * and by the full one.
 */
export function spellings(resolve: Resolve): string[] {
  const short: string[] = [];
  const full: string[] = [];
  for (const { name, functions } of listInterfaces(resolve)) {
    for (const func of functions) {
      short.push(`${name.slice(name.indexOf("/") + 1).replace(/@.*$/, "")}.${called(func)}`);
      full.push(`${name}.${called(func)}`);
    }
  }
  const root = resolve.worlds.flatMap(({ exports }) =>
    exports.flatMap(({ item }) => (item.tag === "function" ? [called(item.func)] : [])),
  );
  const once = short.filter((spelling) => short.indexOf(spelling) === short.lastIndexOf(spelling));
  return [...once, ...root, ...full];
}

function called(func: Func): string {
  return `${wireFunctionName(func)}(${func.params.length === 0 ? ")" : ""}`;
}
