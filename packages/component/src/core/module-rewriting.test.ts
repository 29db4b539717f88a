import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type CoreModuleDefinition, decodeComponent } from "@witwire/wit/binary";
import { rewriteModule } from "./module-rewriting.ts";
import { type CoreInstance, type CoreMemory, webAssembly } from "./web-assembly.ts";

const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const section = (id: number, ...contents: number[]): number[] => [id, contents.length, ...contents];
const types = section(1, 1, 0x60, 0, 0);
const functions = section(3, 1, 0);
const grow = section(10, 1, 7, 0, 0x41, 1, 0x40, 0, 0x1a, 0x0b);
const trap = section(10, 1, 3, 0, 0, 0x0b);
/** A module, found in a component that holds nothing else. */
function definition(bytes: readonly number[]): CoreModuleDefinition {
  const component = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, ...section(1, ...header, ...bytes)];
  const [found] = decodeComponent(new Uint8Array(component)).root.definitions;
  return found as CoreModuleDefinition;
}

const wide = { memoryPages: 10, tableElements: 10 };

function run(
  bytes: number[],
  bounds: { memoryPages: number; tableElements: number } = wide,
): { instance: CoreInstance; startExport: string | undefined } {
  const { bytes: rewritten, startExport } = rewriteModule(definition(bytes), bounds);
  return { instance: new webAssembly.Instance(new webAssembly.Module(rewritten), {}), startExport };
}

/** Exports memory 0 as `m`. */
const memoryExport = section(7, 1, 1, 0x6d, 2, 0);

function maximum({ exports }: CoreInstance): number {
  const memory = exports.m as CoreMemory & { grow(pages: number): number };
  let pages = memory.buffer.byteLength / 65_536;
  try {
    for (; pages < 1_000; pages++) memory.grow(1);
  } catch {}
  return pages;
}

describe("rewriting a core module", () => {
  it("gives a memory without a maximum one", () => {
    assert.equal(maximum(run([...section(5, 1, 0, 2), ...memoryExport]).instance), 12);
  });

  it("lowers a maximum that is above the bound", () => {
    assert.equal(maximum(run([...section(5, 1, 1, 2, 200, 1), ...memoryExport]).instance), 12);
  });

  it("leaves a maximum that is within the bound", () => {
    assert.equal(maximum(run([...section(5, 1, 1, 2, 5), ...memoryExport]).instance), 5);
  });

  it("bounds tables, those with a reference type of several bytes and with an initialiser too", () => {
    const tables = (...table: number[]): number => {
      const { instance } = run([...section(4, 1, ...table), ...section(7, 1, 1, 0x6d, 1, 0)]);
      const exported = instance.exports.m as { length: number; grow(count: number): number };
      assert.throws(() => exported.grow(11), RangeError);
      exported.grow(10);
      return exported.length;
    };
    assert.equal(tables(0x70, 0, 3), 13);
    assert.equal(tables(0x6f, 1, 3, 100), 13);
    assert.equal(tables(0x63, 0x70, 0, 3), 13);
    assert.equal(tables(0x40, 0, 0x70, 0, 3, 0xd0, 0x70, 0x0b), 13);
  });

  it("bounds tables behind one with an initialiser", () => {
    const { instance } = run([
      ...section(4, 2, 0x40, 0, 0x70, 0, 3, 0xd0, 0x70, 0x0b, 0x70, 0, 1),
      ...section(7, 1, 1, 0x6d, 1, 1),
    ]);
    const table = instance.exports.m as { grow(count: number): number };
    assert.throws(() => table.grow(11), RangeError);
  });

  it("does not run a start function, and exports it under a free name", () => {
    const { instance, startExport } = run([...types, ...functions, ...section(8, 0), ...trap]);
    assert.equal(startExport, "witwire:start");
    assert.throws(instance.exports["witwire:start"] as () => void, /unreachable/);
  });

  it("adds the start function to the exports that there are", () => {
    const name = [...new TextEncoder().encode("witwire:start")];
    const taken = section(7, 1, name.length, ...name, 2, 0);
    const { instance, startExport } = run([
      ...types,
      ...functions,
      ...section(5, 1, 0, 1),
      ...taken,
      ...section(8, 0),
      ...grow,
    ]);
    assert.equal(startExport, "witwire:start'");
    const memory = instance.exports["witwire:start"] as CoreMemory;
    assert.equal(memory.buffer.byteLength, 65_536);
    (instance.exports["witwire:start'"] as () => void)();
    assert.equal(memory.buffer.byteLength, 2 * 65_536);
  });

  it("leaves any other module as it is", () => {
    const module = definition([...types, ...functions, ...trap]);
    assert.deepEqual(rewriteModule(module, wide).bytes, Uint8Array.from(module.bytes));
  });
});
