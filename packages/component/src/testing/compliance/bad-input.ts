import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { construct } from "@witwire/wit/values";
import { type Component, ComponentError, type EngineLimits } from "../../index.ts";
import { buildText, buildWorld } from "../guest-builder.ts";
import { guestFile, guestOf } from "../guest-files.ts";
import type { Engine, Functions } from "./engine.ts";

type SmallApi = Functions<"double" | "echo"> & {
  readonly Counter: { [construct](n: number): Promise<{ get(): Promise<number> }> };
};

const host = { "test:small/host": { double: (n: number) => n * 2 } };

/** Files that are no component, or one that breaks rules or limits, and imports that do not fit: typed errors, no harm. */
export function badInputCompliance(engine: Engine): void {
  let small: Uint8Array;
  before(async () => {
    small = await buildText(await guestFile("small.wat"));
  });

  /** Uses all that the small component has. */
  const exercise = async (component: Component): Promise<void> => {
    using instance = await component.instantiate(host);
    const api = instance.exports["test:small/api"] as unknown as SmallApi;
    assert.equal(await api.double(21), 42);
    assert.equal(await api.echo("naïve 🚩"), "naïve 🚩");
    const counter = await api.Counter[construct](5);
    assert.equal(await counter.get(), 5);
  };
  const refused = async (
    bytes: Uint8Array | ArrayBuffer,
    code: string,
    message: RegExp,
    limits: Partial<EngineLimits> = {},
  ): Promise<void> => {
    await assert.rejects(engine.compile(bytes as Uint8Array, { limits }), (error) => {
      assert.ok(error instanceof ComponentError, `expected a ComponentError, got ${error}`);
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      return true;
    });
  };
  /** Whatever a broken component does, it is one of our errors or none. Returns where it ended. */
  const survives = async (bytes: Uint8Array, title: string): Promise<string> => {
    let stage = "compile";
    try {
      const component = await engine.compile(bytes, { limits: { maxMemoryBytes: 1 << 20 } });
      stage = "instantiate";
      using instance = await component.instantiate(host);
      stage = "call";
      for (const value of Object.values(instance.exports)) {
        for (const member of Object.values(value as object)) {
          if (typeof member === "function" && !("prototype" in member)) await member("text").catch(mustBeTyped);
        }
      }
      const api = instance.exports["test:small/api"] as unknown as Partial<SmallApi> | undefined;
      if (api?.Counter?.[construct] !== undefined) {
        await api.Counter[construct](5)
          .then((counter) => counter.get?.())
          .catch(mustBeTyped);
      }
      return "done";
    } catch (error) {
      assert.ok(error instanceof ComponentError, `${title}, ${stage}: ${(error as Error).stack}`);
      return stage;
    }
  };

  describe("bytes that are no component", () => {
    test("nothing, text, and other files", async () => {
      await refused(new Uint8Array(0), "invalid-component", /./);
      await refused(Uint8Array.of(0), "invalid-component", /./);
      await refused(new TextEncoder().encode("(component)"), "invalid-component", /./);
      await refused(new Uint8Array(1_000), "invalid-component", /./);
      await refused(Uint8Array.of(0, 0x61, 0x73, 0x6d), "invalid-component", /./);
    });

    test("a core module, which is called that", async () => {
      await refused(await buildText("(module)"), "invalid-component", /core module/);
    });
  });

  test("a component that is cut off, at any byte", async () => {
    const ends = new Set<string>();
    for (let length = 0; length < small.length; length++) {
      ends.add(await survives(small.slice(0, length), `${length} of ${small.length} bytes`));
    }
    assert.ok(ends.has("compile"));
    await exercise(await engine.compile(small));
  });

  test("a component of which one byte was changed, any of them", async () => {
    const ends = new Map<string, number>();
    for (const mask of [0xff, 0x01, 0x80]) {
      for (let index = 0; index < small.length; index++) {
        const changed = small.slice();
        changed[index] = (changed[index] as number) ^ mask;
        const end = await survives(changed, `byte ${index} ^ ${mask}`);
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
    }
    assert.ok((ends.get("compile") ?? 0) > small.length, [...ends].join("; "));
    await exercise(await engine.compile(small));
  });

  test("a component may be changed once it is compiled", async () => {
    const bytes = small.slice();
    const component = await engine.compile(bytes);
    bytes.fill(0);
    await exercise(component);
    await exercise(component);
  });

  describe("imports that do not fit", () => {
    const link = async (imports: Record<string, unknown>, message: RegExp): Promise<void> => {
      const component = await engine.compile(small);
      await assert.rejects(component.instantiate(imports), { code: "link", message });
    };

    test("are named: missing, or of another type", async () => {
      await link({}, /test:small\/host/);
      await link({ "test:small/hosts": {} }, /test:small\/host.*test:small\/hosts/s);
      await link({ "test:small/host": {} }, /test:small\/host#double/);
      await link({ "test:small/host": { double: 5 } }, /test:small\/host#double.*number/s);
      await link({ "test:small/host": undefined }, /test:small\/host/);
      await link({ "test:small/host": null }, /test:small\/host/);
      await link({ "test:small/host": "double" }, /test:small\/host.*string/s);
      await exercise(await engine.compile(small));
    });

    test("are named all at once", async () => {
      const component = await engine.compile(await guestOf("resources", "resources", "guest"));
      await assert.rejects(component.instantiate({ "test:resources/host": { make() {} } }), {
        code: "link",
        message: /item.*take.*look/s,
      });
      class Item {}
      const imports = { "test:resources/host": { Item, make() {}, take() {}, look() {}, trade() {} } };
      await assert.rejects(component.instantiate(imports), { code: "link", message: /larger/ });
    });
  });

  describe("components that want too much", () => {
    test("bytes", async () => {
      await refused(small, "resource-exhausted", /maxComponentBytes|bytes/, { maxComponentBytes: small.length - 1 });
      await exercise(await engine.compile(small, { limits: { maxComponentBytes: small.length } }));
    });

    const wants = async (text: string, limits: Partial<EngineLimits>, message: RegExp): Promise<void> => {
      const bytes = await buildText(`(component ${text})`);
      const start = async (): Promise<void> => {
        const component = await engine.compile(bytes, { limits });
        await component.instantiate();
      };
      await assert.rejects(start(), (error) => {
        assert.ok(error instanceof ComponentError, String(error));
        assert.equal(error.code, "resource-exhausted", error.message);
        assert.match(error.message, message);
        return true;
      });
    };

    test("memory", async () => {
      const module = "(core module $m (memory 3)) (core instance (instantiate $m))";
      await wants(module, { maxMemoryBytes: 2 * 65_536 }, /maxMemoryBytes/);
      await wants("(core module $m (memory 65536)) (core instance (instantiate $m))", {}, /maxMemoryBytes/);
    });

    test("tables", async () => {
      const module = "(core module $m (table 1001 funcref)) (core instance (instantiate $m))";
      await wants(module, { maxTableElements: 1_000 }, /maxTableElements/);
    });

    test("instances", async () => {
      const module = `(core module $m) ${"(core instance (instantiate $m))".repeat(11)}`;
      await wants(module, { maxInstances: 10 }, /maxInstances/);
      // Two to the power of 30, if they were all made.
      let nested = "(component $c0 (core module $m) (core instance (instantiate $m)))";
      for (let level = 1; level <= 30; level++) {
        nested = `(component $c${level} ${nested} (instance (instantiate $c${level - 1})) (instance (instantiate $c${level - 1})))`;
      }
      await wants(`${nested} (instance (instantiate $c30))`, {}, /maxInstances/);
    });
  });

  describe("components that need what this engine does not have", () => {
    const unsupported = async (bytes: Uint8Array, message: RegExp): Promise<void> => {
      const start = async (): Promise<void> => {
        const component = await engine.compile(bytes);
        await component.instantiate({ "test:later/host": new Proxy({}, { get: () => () => {} }) });
      };
      await assert.rejects(start(), (error) => {
        assert.ok(error instanceof ComponentError, String(error));
        assert.equal(error.code, "unsupported", error.message);
        assert.match(error.message, message);
        return true;
      });
    };

    test("async functions", async () => {
      const wit = "package test:later; interface api { f: async func(); } world w { export api; }";
      const core = `(module (memory (export "memory") 1)
        (func (export "[async-lift-stackful]test:later/api#f")))`;
      await unsupported(await buildWorld(wit, "w", core), /async/);
    });

    test("streams", async () => {
      const wit = "package test:later; interface host { f: func(s: stream<u8>); } world w { import host; }";
      const core = `(module (import "test:later/host" "f" (func (param i32))) (memory (export "memory") 1))`;
      await unsupported(await buildWorld(wit, "w", core), /stream/);
    });
  });
}

function mustBeTyped(error: unknown): void {
  assert.ok(error instanceof ComponentError, `expected a ComponentError, got ${(error as Error).stack}`);
}
