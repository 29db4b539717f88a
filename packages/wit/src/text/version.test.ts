import assert from "node:assert/strict";
import { test } from "node:test";
import { compareVersions, versionProblem } from "./version.ts";

test("versions are ordered by semver precedence", () => {
  const ordered = [
    "0.9.10",
    "1.0.0-0",
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.0+1",
    "1.0.0+2",
    "1.0.0+10",
    "1.0.1",
    "1.1.0",
    "2.0.0",
    "10.0.0",
    "18446744073709551615.0.0",
  ];
  for (const [i, a] of ordered.entries()) {
    for (const [j, b] of ordered.entries())
      assert.equal(Math.sign(compareVersions(a, b)), Math.sign(i - j), `${a} ${b}`);
  }
});

test("problems of versions are named", () => {
  assert.equal(versionProblem("1.2.3-rc.1+007"), undefined);
  assert.equal(versionProblem("18446744073709551615.0.0"), undefined);
  assert.match(versionProblem("18446744073709551616.0.0") ?? "", /too large/);
  assert.match(versionProblem("1.02.3") ?? "", /02 in a version has a leading zero/);
  assert.match(versionProblem("1.2.3-01") ?? "", /01 in a version has a leading zero/);
  assert.match(versionProblem("1.2.3-0type") ?? "", /"type" in a version is a keyword/);
});
