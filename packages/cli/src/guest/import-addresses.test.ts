import assert from "node:assert/strict";
import { test } from "node:test";
import { parseImport } from "./import-addresses.ts";

test("an import names an interface where something that is a name stands in front of an equals sign", () => {
  const all = {
    "tcp://[::1]:1": [undefined, "tcp://[::1]:1"],
    "a:b/c=tcp://[::1]:1": ["a:b/c", "tcp://[::1]:1"],
    "a:b/c@1.0.0-rc.1+x=nowhere": ["a:b/c@1.0.0-rc.1+x", "nowhere"],
    "nats://host/p?group=g": [undefined, "nats://host/p?group=g"],
    "a:b/c=nats://host/p?group=g": ["a:b/c", "nats://host/p?group=g"],
    "exec:tool --mode=fast": [undefined, "exec:tool --mode=fast"],
    "exec:./tool=1": [undefined, "exec:./tool=1"],
    "exec:tools/hammer=exec:tool --mode=fast": ["exec:tools/hammer", "exec:tool --mode=fast"],
    "store=exec:tool a=b": ["store", "exec:tool a=b"],
    "=tcp://[::1]:1": [undefined, "=tcp://[::1]:1"],
  };
  for (const [text, [name, address]] of Object.entries(all))
    assert.deepEqual(parseImport(text), { name, address }, text);
});
