/** A component in TypeScript, run by a host in TypeScript, both typed by what was generated of `testdata/library.wit`. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { after, before, describe, test } from "node:test";
import { type ComponentInstance, compile } from "@witwire/component";
import { createClient, createMemoryTransport, createServer } from "@witwire/rpc";
import { WitError } from "@witwire/wit/values";
import { buildQuickJs } from "../../component/src/testing/guest-builder.ts";
import { api } from "../testdata/library/books/library/api.ts";
import type { HostErrors, HostHandler } from "../testdata/library/books/library/host.ts";
import { type LibraryExports, type LibraryImports, library } from "../testdata/library/books/library/library.ts";
import { GeneratedCode } from "./testing/compile-generated.ts";

const testdata = new URL("../testdata/", import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, testdata), "utf8");

class Shelf {
  readonly #label: string;
  readonly titles: string[] = [];

  constructor(label: string) {
    this.#label = label;
  }

  async label(): Promise<string> {
    return this.#label;
  }

  put(title: string): number {
    if (this.titles.length === 2) throw new WitError<HostErrors["Shelf.put"]>({ tag: "full", val: 2n });
    return this.titles.push(title);
  }
}

const host: HostHandler = { Shelf };

describe("a component and its host, typed by generated code", () => {
  const lines: string[] = [];
  let instance: ComponentInstance<LibraryExports>;

  before(async () => {
    const source = stripTypeScriptTypes(read("library-guest.ts"));
    const component = await compile(await buildQuickJs(read("library.wit"), "library", source));
    instance = await component.instantiate<LibraryExports, LibraryImports>({
      "books:library/host@0.1.0": host,
      log: (line) => void lines.push(line),
    });
  });

  after(() => instance[Symbol.dispose]());

  test("the guest compiles", async () => {
    const files = [
      { path: "generated/guest.d.ts", text: read("library/guest.d.ts") },
      { path: "main.ts", text: read("library-guest.ts") },
    ];
    await using code = await GeneratedCode.write("guest", new Map([["library", files]]));
    assert.equal(await code.compile(), "");
  });

  test("resources of the component, and of the host", async () => {
    const { Catalogue, fill } = instance.exports["books:library/api@0.1.0"];
    await using catalogue = await Catalogue.new("novels");
    assert.equal(await catalogue.add("Emma"), 1);
    assert.deepEqual(await catalogue.$tagged.add(""), { tag: "err", val: "novels takes no book without a title" });
    const { longest, letters, sizes } = await catalogue.summary();
    assert.deepEqual([longest, letters, sizes], ["Emma", 4n, Uint32Array.of(4)]);
    const shelf = new Shelf("top");
    const [back, refusals] = await fill(shelf, ["a", "b", "c"]);
    assert.equal(back, shelf);
    assert.deepEqual(refusals, [{ tag: "full", val: 2n }]);
    assert.deepEqual(lines, ["top holds 1", "top holds 2"]);
    assert.equal(await instance.exports.shout("hey"), "HEY!");
  });

  test("root functions are a contract, too, and an instance implements it", async () => {
    const server = createServer();
    server.serve(library, instance.exports);
    const transport = createMemoryTransport(server);
    assert.equal(await createClient(library, transport).shout("far"), "FAR!");
    await transport.close();
    await server.close({ grace: 0 });
    assert.equal(api.name, "books:library/api@0.1.0");
  });
});
