import assert from "node:assert/strict";
import { test } from "node:test";
import { describeModel } from "../testing/describe-model.ts";
import { expectedMessage, features, readInputs } from "../testing/test-data.ts";
import { parseWit, printWit, resolveWit, toWitJson, WitSourceError } from "./index.ts";

for (const { name, source } of readInputs("valid")) {
  const { resolve } = resolveWit(source, { features });

  test(`${name}: text to model to text to model is the identity`, () => {
    const text = printWit(resolve);
    const again = parseWit(text, { features: "all" });
    assert.deepEqual(describeModel(again), describeModel(resolve));
    assert.equal(printWit(again), text);
  });

  test(`${name}: the model survives JSON`, () => {
    assert.deepEqual(JSON.parse(JSON.stringify(resolve)), resolve);
  });
}

test("printing keeps even the ids, but for what include has copied", () => {
  const changed = readInputs("valid").filter(({ source }) => {
    const { resolve } = resolveWit(source, { features });
    const again = parseWit(printWit(resolve), { features: "all" });
    return JSON.stringify(toWitJson(again)) !== JSON.stringify(toWitJson(resolve));
  });
  const names = changed.map(({ name }) => name);
  assert.deepEqual(names, ["folder-deps-include", "include-inline-interface", "include-other-package"]);
});

for (const input of readInputs("invalid")) {
  test(`${input.name}: the message is exact`, () => {
    const error = failure(() => resolveWit(input.source, { features }));
    assert.equal(error.message, expectedMessage(input));
  });

  test(`${input.name}: the error points at its place`, () => {
    const error = failure(() => resolveWit(input.source, { features }));
    const files = [...input.source.files, ...(input.source.dependencies ?? []).flat()];
    const text = files.find(({ file }) => file === error.file)?.text;
    const line = text?.split("\n")[error.line - 1];
    assert.ok(line !== undefined && error.column >= 1 && error.column <= line.length + 1);
    const [shown, carets] = error.frame.split("\n");
    if (shown === undefined || carets === undefined || line.length > 90) return;
    assert.equal(shown, `${error.line} | ${line}`);
    assert.equal(carets.indexOf("^") - `${error.line} | `.length, error.column - 1);
  });
}

function failure(run: () => unknown): WitSourceError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof WitSourceError, String(error));
    return error;
  }
  assert.fail("the input was accepted");
}
