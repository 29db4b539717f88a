import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, it } from "node:test";
import { isGuestExit } from "@witwire/wit/values";
import type { InputStream } from "../io/input-stream.ts";
import type { OutputStream } from "../io/output-stream.ts";
import { Scope } from "../scope.ts";
import { type CliOptions, cliInterfaces } from "./cli-interfaces.ts";
import { Stdio, type StdioOptions } from "./stdio.ts";
import { TerminalInput, TerminalOutput } from "./terminal.ts";

type Functions = Readonly<Record<string, Readonly<Record<string, (...args: unknown[]) => unknown>>>>;

function cli(options: CliOptions & StdioOptions = {}): { readonly stdio: Stdio; readonly interfaces: Functions } {
  const stdio = new Stdio(options, 65_536);
  return { stdio, interfaces: cliInterfaces(new Scope(), stdio, options) as Functions };
}

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

describe("standard output", () => {
  it("is one stream, however often a guest asks for it", async () => {
    const target = new PassThrough({ highWaterMark: 1 });
    const { stdio, interfaces } = cli({ stdout: target });
    const getStdout = interfaces["wasi:cli/stdout"]?.getStdout as () => OutputStream;
    const [first, second] = [getStdout(), getStdout()];
    first.checkWrite();
    first.write(bytes("one "));
    first[Symbol.dispose]();
    second.checkWrite();
    second.write(bytes("two"));
    second[Symbol.dispose]();
    stdio.close();
    target.resume();
    const chunks: Uint8Array[] = [];
    target.on("data", (chunk: Uint8Array) => chunks.push(chunk));
    await stdio.settled();
    assert.equal(Buffer.concat(chunks).toString(), "one two");
    assert.equal(target.writableEnded, false);
  });
});

describe("standard input", () => {
  it("goes on where the last reader stopped", () => {
    const { interfaces } = cli({ stdin: bytes("abcdef") });
    const getStdin = interfaces["wasi:cli/stdin"]?.getStdin as () => InputStream;
    const first = getStdin();
    assert.deepEqual(first.read(2n), bytes("ab"));
    first[Symbol.dispose]();
    assert.deepEqual(getStdin().read(9n), bytes("cdef"));
  });
});

describe("terminals", () => {
  const ask = (interfaces: Functions): unknown[] => [
    interfaces["wasi:cli/terminal-stdin"]?.getTerminalStdin?.(),
    interfaces["wasi:cli/terminal-stdout"]?.getTerminalStdout?.(),
    interfaces["wasi:cli/terminal-stderr"]?.getTerminalStderr?.(),
  ];

  it("are there where they were granted", () => {
    const terminal = Object.assign(new PassThrough(), { isTTY: true });
    const [input, output, error] = ask(cli({ stdin: terminal, stdout: terminal, stderr: () => {} }).interfaces);
    assert.ok(input instanceof TerminalInput);
    assert.ok(output instanceof TerminalOutput);
    assert.equal(error, undefined);
  });

  it("are not there otherwise, whatever the process has", () => {
    assert.deepEqual(ask(cli().interfaces), [undefined, undefined, undefined]);
  });
});

describe("exit", () => {
  it("ends the guest with a status", () => {
    const exit = cli().interfaces["wasi:cli/exit"] as Functions[string];
    const statusOf = (name: string, argument: unknown): number => {
      try {
        exit[name]?.(argument);
      } catch (error) {
        if (isGuestExit(error)) return error.status;
      }
      return assert.fail("it did not exit");
    };
    assert.deepEqual([statusOf("exit", { tag: "ok" }), statusOf("exit", { tag: "err" })], [0, 1]);
    assert.equal(statusOf("exitWithCode", 42), 42);
  });
});
