/**
 * Compares our reading of every test input with wit-parser's own. What wit-parser makes of a text is visible only in
 * the binary form of one world at a time. That form keeps names, types, functions and the order of fields; it loses
 * docs and gates, and the order in which a world lists its entries and an interface its functions. So these are left out
 * or sorted before comparing, and nothing else. Interfaces that no world mentions are reached through one more world
 * that imports everything.
 *
 * Our decoder of that binary form is compared, too: it must make the same of it as wit-parser.
 */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { decodeWit } from "../binary/index.ts";
import type { Interface, Resolve } from "../model/index.ts";
import { formatPackageName, qualifiedName } from "../model/index.ts";
import { type Description, describeModel } from "../testing/describe-model.ts";
import { features, readInputs, type WitInput } from "../testing/test-data.ts";
import { type Answer, WitParser } from "../testing/wit-parser.ts";
import { parseWit, printWit, resolveWit, type WitFile } from "./index.ts";
import { printName } from "./print-docs.ts";

/** What wit-parser accepts although it should not: it overlooks the first two, the rest fails in the binary form. */
const tooLenient: ReadonlyMap<string, string> = new Map([
  ["package-version-open-prerelease", "reads the version 1.0.0- as 1.0.0"],
  ["type-defined-before-use", "drops the definition without a word"],
]);

/** Valid WIT that has no binary form. */
const notEncodable: ReadonlyMap<string, string> = new Map([
  ["empty-record-and-flags", "records and flags of the binary form are never empty"],
  ["resource-method-named-like-resource", "[method]r.r may not meet the resource r in the binary form"],
]);

let parser: WitParser;
let scratch: string;

before(() => {
  parser = new WitParser();
  scratch = mkdtempSync(join(tmpdir(), "witwire-oracle-"));
});

after(async () => {
  await parser[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

for (const input of readInputs("valid")) {
  test(`wit-parser agrees about valid input ${input.name}`, async () => {
    assert.ok(isAccepted(await ask(input, "zz-no-such-world")), "wit-parser refuses the input");
    const { resolve, main } = resolveWit(input.source, { features });
    const ours = describePackages(resolve);
    const binary = await ask(input, "zz:everything/all", everything(resolve));
    if (notEncodable.has(input.name)) {
      assert.equal(binary.tag, "encode");
      return;
    }
    const theirs = interfacesOf(binary);
    for (const [name, item] of Object.entries(theirs)) assert.deepEqual(item, ours[name], name);
    assert.deepEqual(Object.keys(theirs).sort(), namedInterfaces(resolve));
    assertDecoded(binary);
    for (const world of resolve.worlds) {
      const name = qualifiedName(resolve, world);
      const escaped = { ...world, name: printName(world.name) };
      const answer = await ask(input, world.package === main ? escaped.name : qualifiedName(resolve, escaped));
      assert.deepEqual(describePackages(read(answer))[`world ${name}`], ours[`world ${name}`], name);
      assertDecoded(answer);
    }
  });
}

for (const input of readInputs("invalid")) {
  test(`wit-parser agrees about invalid input ${input.name}`, async () => {
    const answer = await ask(input, "zz-no-such-world");
    if (tooLenient.has(input.name)) {
      assert.ok(isAccepted(answer), "wit-parser refuses this now, too");
      return;
    }
    if (!isAccepted(answer)) return;
    const names = [...(input.source.files[0]?.text ?? "").matchAll(/^interface ([a-z-]+)/gm)].map((found) => found[1]);
    const binary = await ask(input, "zz:everything/all", importing(names.map((name) => `shop:main/${name}`)));
    assert.equal(binary.tag, "encode", "wit-parser accepts the input, and it has a valid binary form");
  });
}

/** Asks about a world of an input, to which `extra` may be added. */
function ask(input: WitInput, world: string, extra?: string): Promise<Answer> {
  return parser.ask({ world, features, ...question(input, extra) });
}

function question(input: WitInput, extra: string | undefined): { text: string } | { folder: string } {
  const [file] = input.source.files;
  if (!statSync(input.path).isDirectory()) return { text: `${file?.text}${extra === undefined ? "" : `\n${extra}`}` };
  if (extra === undefined) return { folder: input.path };
  const folder = join(scratch, input.name);
  cpSync(input.path, folder, { recursive: true });
  mkdirSync(join(folder, "deps"), { recursive: true });
  writeFileSync(join(folder, "deps/zz-everything.wit"), `package zz:deps;\n${extra}`);
  return { folder };
}

/** wit-parser looks for the world only when everything else is in order. */
function isAccepted(answer: Answer): boolean {
  return answer.tag === "parse" && /^World `zz-no-such-world` not found/.test(answer.message);
}

/** A package with a world that imports every interface of a model. */
function everything(resolve: Resolve): string {
  const paths = resolve.interfaces.filter(isNamed).map((item) => {
    const { namespace, name, version } = resolve.packages[item.package]?.name ?? { namespace: "", name: "" };
    const suffix = version === undefined ? "" : `@${version}`;
    return `${printName(namespace)}:${printName(name)}/${printName(item.name)}${suffix}`;
  });
  return importing(paths);
}

function importing(paths: readonly string[]): string {
  return `package zz:everything {\n  world all {\n${paths.map((path) => `    import ${path};\n`).join("")}  }\n}\n`;
}

function isNamed(item: Interface): item is Interface & { readonly name: string } {
  return item.name !== undefined;
}

function namedInterfaces(resolve: Resolve): string[] {
  return resolve.interfaces
    .filter(isNamed)
    .map((item) => `interface ${qualifiedName(resolve, item)}`)
    .sort();
}

/** Interfaces and worlds by full name, with what the binary form does not keep left out or sorted. */
function describePackages(resolve: Resolve): Record<string, Description> {
  const described = describeModel(resolve, { annotations: false });
  return Object.fromEntries(
    resolve.packages.flatMap((item) => {
      const { interfaces, worlds } = described[formatPackageName(item.name)] as unknown as Described;
      const full = (name: string): string => qualifiedName(resolve, { name, package: resolve.packages.indexOf(item) });
      return [
        ...Object.entries(interfaces).map(([name, found]) => [`interface ${full(name)}`, sorted(found)]),
        ...Object.entries(worlds).map(([name, found]) => [`world ${full(name)}`, sorted(found)]),
      ];
    }),
  );
}

interface Described {
  readonly interfaces: Record<string, Description>;
  readonly worlds: Record<string, Description>;
}

/** Whether our decoder finds in the binary what wit-parser has printed, and prints it so that it can be read again. */
function assertDecoded(answer: Answer): void {
  if (answer.tag !== "ok") assert.fail(`wit-parser: ${answer.message}`);
  const decoded = decodeWit(Buffer.from(answer.binary, "base64"));
  assert.equal(decoded.tag, "package");
  const ours = unordered(describeModel(decoded.resolve));
  assert.deepEqual(ours, unordered(describeModel(read(answer))));
  const printed = printWit(decoded.resolve);
  assert.deepEqual(unordered(describeModel(parseWit(printed, { features: "all" }))), ours);
}

/** The types of a binary have another order, too: `use` is not in front. */
function unordered(item: Description): Description {
  return sorted(item, ["functions", "imports", "exports", "types"]);
}

/** Sorts the lists whose order the binary form does not keep. */
function sorted(item: Description, lists: readonly string[] = ["functions", "imports", "exports"]): Description {
  if (Array.isArray(item)) return item.map((element) => sorted(element, lists));
  if (typeof item !== "object") return item;
  const entries = Object.entries(item).map(([key, value]): [string, Description] => {
    const inner = sorted(value, lists);
    const free = Array.isArray(inner) && lists.includes(key);
    return [key, free ? [...inner].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : inner];
  });
  return Object.fromEntries(entries);
}

function interfacesOf(answer: Answer): Record<string, Description> {
  const found = Object.entries(describePackages(read(answer)));
  return Object.fromEntries(found.filter(([name]) => name.startsWith("interface ")));
}

/** Our model of what wit-parser has printed: one file for each package, the main one outside of any folder. */
function read(answer: Answer): Resolve {
  if (answer.tag !== "ok") assert.fail(`wit-parser: ${answer.message}`);
  const files = answer.files.map(([file, text]): WitFile => ({ file, text }));
  const isMain = ({ file }: WitFile): boolean => !file.includes("/");
  const dependencies = files.filter((file) => !isMain(file)).map((file) => [file]);
  return resolveWit({ files: files.filter(isMain), dependencies }).resolve;
}
