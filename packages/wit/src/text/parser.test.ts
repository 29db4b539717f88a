import assert from "node:assert/strict";
import { test } from "node:test";
import type { PackageFile, TypeNode, WorldItem } from "./ast.ts";
import { defaultWitLimits } from "./limits.ts";
import { parseFile } from "./parse-file.ts";
import { Source } from "./source.ts";
import { Work } from "./work.ts";

function parse(text: string): PackageFile {
  return parseFile(new Source("test.wit", text), defaultWitLimits, new Work());
}

/** A type as nested lists of words. */
function type(text: string): unknown {
  const [item] = parse(`interface i { type t = ${text}; }`).items;
  const member = item?.tag === "interface" ? item.members[0] : undefined;
  assert.ok(member?.tag === "type" && member.definition.tag === "alias");
  return shape(member.definition.type);
}

function shape(node: TypeNode | undefined): unknown {
  if (node === undefined) return undefined;
  switch (node.tag) {
    case "primitive":
      return node.type;
    case "name":
      return node.id.name;
    case "own":
    case "borrow":
      return [node.tag, node.resource.name];
    case "map":
      return ["map", shape(node.key), shape(node.value)];
    case "tuple":
      return ["tuple", ...node.types.map(shape)];
    case "result":
      return ["result", shape(node.ok), shape(node.err)];
    case "fixed-length-list":
      return ["list", shape(node.type), node.length];
    default:
      return [node.tag, shape(node.type)];
  }
}

function world(members: string): WorldItem {
  const [item] = parse(`world w { ${members} }`).items;
  assert.ok(item?.tag === "world");
  return item;
}

test("types are read to any depth", () => {
  assert.deepEqual(type("u8"), "u8");
  assert.deepEqual(type("%u8"), "u8");
  assert.deepEqual(type("list<option<string>>"), ["list", ["option", "string"]]);
  assert.deepEqual(type("map<string, list<u8, 4>>"), ["map", "string", ["list", "u8", 4]]);
  assert.deepEqual(type("tuple<a, own<b>, borrow<c>>"), ["tuple", "a", ["own", "b"], ["borrow", "c"]]);
  assert.deepEqual(type("tuple<>"), ["tuple"]);
});

test("results, streams and futures may lack their parts", () => {
  assert.deepEqual(type("result"), ["result", undefined, undefined]);
  assert.deepEqual(type("result<u8>"), ["result", "u8", undefined]);
  assert.deepEqual(type("result<_, u8>"), ["result", undefined, "u8"]);
  assert.deepEqual(type("result<u8, u16>"), ["result", "u8", "u16"]);
  assert.deepEqual(type("stream"), ["stream", undefined]);
  assert.deepEqual(type("future<stream<u8>>"), ["future", ["stream", "u8"]]);
});

test("what follows import is told apart by the signs after it", () => {
  const tags = world(
    "import a; import b: func(); import c: async func(); import d: interface {} import e: f; import g: h:i/j; import k:l/m@1.0.0;",
  );
  const found = tags.members.map((member) => (member.tag === "extern" ? member.what : undefined));
  assert.deepEqual(
    found.map((what) => what?.tag),
    ["path", "func", "func", "inline", "named path", "named path", "path"],
  );
  const last = found.at(-1);
  assert.ok(last?.tag === "path");
  assert.deepEqual(
    [last.path.package?.namespace.name, last.path.package?.name.name, last.path.item.name, last.path.package?.version],
    ["k", "l", "m", "1.0.0"],
  );
});

test("a package with braces before everything else is nested, not the header", () => {
  const file = parse("package a:b {} package c:d@1.0.0 { interface i {} }");
  assert.equal(file.header, undefined);
  assert.deepEqual(
    file.nested.map(({ header, items }) => [header?.name.name, header?.version, items.length]),
    [
      ["b", undefined, 0],
      ["d", "1.0.0", 1],
    ],
  );
});

test("comments and attributes stay with their item", () => {
  const file = parse('/// One.\n@since(version = 1.0.0)\n@external-id("x")\ninterface i {\n/// Two.\nf: func(); }');
  const [item] = file.items;
  assert.ok(item?.tag === "interface");
  assert.deepEqual(item.comments, ["/// One.\n"]);
  assert.deepEqual(
    item.attributes.map(({ tag }) => tag),
    ["since", "external-id"],
  );
  assert.deepEqual(item.members[0]?.comments, ["/// Two.\n"]);
});

test("include takes a semicolon or a list of renames", () => {
  const { members } = world("include a; include b:c/d@1.0.0 with { e as f, g as h, }");
  const renames = members.map((member) =>
    member.tag === "include" ? member.renames.map(({ name, as }) => `${name.name} as ${as.name}`) : [],
  );
  assert.deepEqual(renames, [[], ["e as f", "g as h"]]);
});

test("static and async are read in their order", () => {
  const [item] = parse(
    "interface i { resource r { constructor(); a: func(); b: static func(); c: static async func(); d: async func(); } }",
  ).items;
  const member = item?.tag === "interface" ? item.members[0] : undefined;
  assert.ok(member?.tag === "type" && member.definition.tag === "resource");
  assert.deepEqual(
    member.definition.members.map(({ tag, func }) => [tag, func.async]),
    [
      ["constructor", false],
      ["method", false],
      ["static", false],
      ["static", true],
      ["method", true],
    ],
  );
});
