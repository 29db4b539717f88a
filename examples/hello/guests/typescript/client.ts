// The world `client` of hello.wit.
import stdout from "wasi:cli/stdout@0.2.0";
import handler from "wrpc-examples:hello/handler";

export const run: { run(): void } = {
  run() {
    const out = stdout.getStdout();
    // QuickJS has no TextEncoder; ASCII is enough here.
    out.blockingWriteAndFlush(Uint8Array.from(`${handler.hello()}\n`, (character) => character.charCodeAt(0)));
  },
};
