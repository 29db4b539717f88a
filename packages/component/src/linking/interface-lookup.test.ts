import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findGiven } from "./interface-lookup.ts";

describe("what was given for an interface", () => {
  const lookup = (name: string, ...keys: string[]): unknown =>
    findGiven(Object.fromEntries(keys.map((key) => [key, key])), name);

  it("is exactly that interface where it is there", () => {
    assert.equal(lookup("a:b/c@0.2.0", "a:b/c@0.2.3", "a:b/c@0.2.0", "a:b/c"), "a:b/c@0.2.0");
    assert.equal(lookup("a:b/c", "a:b/c@0.2.3", "a:b/c"), "a:b/c");
  });

  it("is the newest of the same semver track otherwise", () => {
    assert.equal(lookup("a:b/c@0.2.0", "a:b/c@0.2.9", "a:b/c@0.2.10", "a:b/c@0.3.0"), "a:b/c@0.2.10");
    assert.equal(lookup("a:b/c@1.4.0", "a:b/c@1.2.0", "a:b/c@2.0.0", "a:b/c"), "a:b/c@1.2.0");
  });

  it("is the one without a version at last", () => {
    assert.equal(lookup("a:b/c@0.2.0", "a:b/c@0.3.0", "a:b/c"), "a:b/c");
  });

  it("is nothing where versions are not compatible", () => {
    assert.equal(lookup("a:b/c@0.0.1", "a:b/c@0.0.2"), undefined);
    assert.equal(lookup("a:b/c@0.2.0", "a:b/c@0.1.0", "a:b/c@1.2.0"), undefined);
    assert.equal(lookup("a:b/c@0.2.0-rc.1", "a:b/c@0.2.0", "a:b/c@0.2.0-rc.2"), undefined);
    assert.equal(lookup("a:b/c", "a:b/c@1.0.0"), undefined);
  });

  it("is nothing that objects merely inherit", () => {
    assert.equal(findGiven({}, "toString"), undefined);
  });
});
