/**
 * The built-ins for tasks, threads, streams, futures and error contexts. None of them can be run yet; they are read so
 * that the types of such components can be shown, and so that whatever calls them can be refused when it is called.
 */
import type { Type } from "../model/types.ts";
import { type ByteReader, hex } from "./byte-reader.ts";
import { type CoreSignature, checkLowerOptions, requireOption, taskReturnSignature } from "./canonical-functions.ts";
import { checkMemory, readCanonicalOptions } from "./canonical-options.ts";
import { readCoreValueType } from "./core-types.ts";
import { invalid, malformed, unsupported } from "./decode-error.ts";
import type { Decoding } from "./decoding.ts";
import type { Scope } from "./scope.ts";
import { ValueTypeReader } from "./value-types.ts";

/** What follows the opcode. */
type Immediate =
  | "none"
  | "flag"
  | "flag-memory"
  | "stream"
  | "stream-options-read"
  | "stream-options-write"
  | "stream-flag"
  | "future"
  | "future-options-read"
  | "future-options-write"
  | "future-flag"
  | "options-write"
  | "options-read"
  | "thread-start";

const i32 = "i32";
const signatures = {
  "-": signature([], []),
  "-i": signature([], [i32]),
  "-l": signature([], ["i64"]),
  "i-": signature([i32], []),
  "i-i": signature([i32], [i32]),
  "ii-": signature([i32, i32], []),
  "ii-i": signature([i32, i32], [i32]),
  "iii-i": signature([i32, i32, i32], [i32]),
} as const;

type Row = readonly [name: string, immediate: Immediate, signature: keyof typeof signatures];

const builtins: ReadonlyMap<number, Row> = new Map<number, Row>([
  [0x05, ["task.cancel", "none", "-"]],
  [0x06, ["subtask.cancel", "flag", "i-i"]],
  [0x0c, ["thread.yield", "flag", "-i"]],
  [0x0d, ["subtask.drop", "none", "i-"]],
  [0x0e, ["stream.new", "stream", "-l"]],
  [0x0f, ["stream.read", "stream-options-read", "iii-i"]],
  [0x10, ["stream.write", "stream-options-write", "iii-i"]],
  [0x11, ["stream.cancel-read", "stream-flag", "i-i"]],
  [0x12, ["stream.cancel-write", "stream-flag", "i-i"]],
  [0x13, ["stream.drop-readable", "stream", "i-"]],
  [0x14, ["stream.drop-writable", "stream", "i-"]],
  [0x15, ["future.new", "future", "-l"]],
  [0x16, ["future.read", "future-options-read", "ii-i"]],
  [0x17, ["future.write", "future-options-write", "ii-i"]],
  [0x18, ["future.cancel-read", "future-flag", "i-i"]],
  [0x19, ["future.cancel-write", "future-flag", "i-i"]],
  [0x1a, ["future.drop-readable", "future", "i-"]],
  [0x1b, ["future.drop-writable", "future", "i-"]],
  [0x1c, ["error-context.new", "options-write", "ii-i"]],
  [0x1d, ["error-context.debug-message", "options-read", "ii-"]],
  [0x1e, ["error-context.drop", "none", "i-"]],
  [0x1f, ["waitable-set.new", "none", "-i"]],
  [0x20, ["waitable-set.wait", "flag-memory", "ii-i"]],
  [0x21, ["waitable-set.poll", "flag-memory", "ii-i"]],
  [0x22, ["waitable-set.drop", "none", "i-"]],
  [0x23, ["waitable.join", "none", "ii-"]],
  [0x24, ["backpressure.inc", "none", "-"]],
  [0x25, ["backpressure.dec", "none", "-"]],
  [0x26, ["thread.index", "none", "-i"]],
  [0x27, ["thread.new-indirect", "thread-start", "ii-i"]],
  [0x28, ["thread.resume-later", "none", "i-"]],
  [0x29, ["thread.suspend", "flag", "-i"]],
  [0x2a, ["thread.suspend-then-resume", "flag", "i-i"]],
  [0x2b, ["thread.yield-then-resume", "flag", "i-i"]],
  [0x2c, ["thread.suspend-then-promote", "flag", "i-i"]],
  [0x2d, ["thread.yield-then-promote", "flag", "i-i"]],
]);

/** Reads what follows the opcode of a built-in. */
export function readBuiltin(
  decoding: Decoding,
  scope: Scope,
  reader: ByteReader,
  opcode: number,
): { readonly name: string; readonly type: CoreSignature } {
  const offset = reader.at - 1;
  if (opcode === 0x09) {
    const result = new ValueTypeReader(decoding, scope, reader).result();
    const options = readCanonicalOptions(scope, reader);
    return { name: "task.return", type: taskReturnSignature(decoding, result, options, offset) };
  }
  if (opcode === 0x0a || opcode === 0x0b) return context(scope, reader, opcode === 0x0a, offset);
  if (opcode >= 0x40 && opcode <= 0x42) throw unsupported(offset, "threads that share memory are not supported");
  const row = builtins.get(opcode);
  if (row === undefined) throw malformed(offset, `no canonical definition is 0x${hex(opcode)}`);
  const [name, immediate, type] = row;
  readImmediate(decoding, scope, reader, name, immediate);
  return { name, type: signatures[type] };
}

function context(
  scope: Scope,
  reader: ByteReader,
  gets: boolean,
  offset: number,
): { name: string; type: CoreSignature } {
  const name = gets ? "context.get" : "context.set";
  const type = readCoreValueType(reader);
  if (type !== "i32" && type !== "i64") throw invalid(offset, `"${name}" only supports i32 or i64, not ${type}`);
  if ((scope.contextType ?? type) !== type) throw invalid(offset, `"${name}" type must match previous context type`);
  scope.contextType = type;
  const slot = reader.u32("the slot of a context");
  if (slot > 1) throw invalid(offset, `"${name}" immediate must be zero or one: ${slot}`);
  return { name, type: gets ? signature([], [type]) : signature([type], []) };
}

function readImmediate(decoding: Decoding, scope: Scope, reader: ByteReader, name: string, immediate: Immediate): void {
  const offset = reader.at;
  switch (immediate) {
    case "none":
      return;
    case "flag":
      readFlag(reader);
      return;
    case "flag-memory":
      readFlag(reader);
      checkMemory(scope, reader.u32("the index of a memory"), offset);
      return;
    case "stream":
    case "future":
      return void element(decoding, scope, reader, name, immediate);
    case "stream-flag":
    case "future-flag":
      element(decoding, scope, reader, name, immediate === "stream-flag" ? "stream" : "future");
      readFlag(reader);
      return;
    case "stream-options-read":
    case "future-options-read":
      transfer(decoding, scope, reader, name, immediate === "stream-options-read" ? "stream" : "future", true);
      return;
    case "stream-options-write":
    case "future-options-write":
      transfer(decoding, scope, reader, name, immediate === "stream-options-write" ? "stream" : "future", false);
      return;
    case "options-read":
    case "options-write": {
      const options = readCanonicalOptions(scope, reader);
      checkLowerOptions(options, offset);
      if (options.async) throw invalid(offset, `cannot specify "async" option on "${name}"`);
      requireOption(options, immediate === "options-read" ? "realloc" : "memory", offset);
      return;
    }
    case "thread-start": {
      const type = scope.at("coreTypes", reader.u32("the index of a core type"), offset);
      if (type.tag !== "core-func" || type.params.join() !== i32 || type.results.length > 0) {
        throw invalid(offset, "the start function of a thread must take a single i32 argument and return nothing");
      }
      const table = scope.at("coreTables", reader.u32("the index of a core table"), offset);
      if (table.element !== "funcref" || table.limits.wide)
        throw invalid(offset, "the table of a thread is not a 32-bit table of (ref null (func))");
    }
  }
}

function transfer(
  decoding: Decoding,
  scope: Scope,
  reader: ByteReader,
  name: string,
  tag: "stream" | "future",
  reads: boolean,
): void {
  const offset = reader.at;
  const type = element(decoding, scope, reader, name, tag);
  const options = readCanonicalOptions(scope, reader);
  checkLowerOptions(options, offset);
  if (type === undefined) return;
  requireOption(options, reads && decoding.arena.layout(type).pointer ? "realloc" : "memory", offset);
}

/** Reads the index of a stream or future type, and says of what it is one. */
function element(
  decoding: Decoding,
  scope: Scope,
  reader: ByteReader,
  name: string,
  tag: "stream" | "future",
): Type | undefined {
  const offset = reader.at;
  const index = reader.u32(`the index of a ${tag} type`);
  const type = scope.at("types", index, offset);
  const kind = type.tag === "value" ? decoding.arena.targetKind(type.type) : undefined;
  if (typeof kind === "object" && kind.tag === tag) return kind.type;
  throw invalid(offset, `"${name}" requires a ${tag} type, and type ${index} is none`);
}

function readFlag(reader: ByteReader): void {
  const offset = reader.at;
  const flag = reader.byte("a flag");
  if (flag > 1) throw malformed(offset, `a flag is 0x00 or 0x01, not 0x${hex(flag)}`);
}

function signature(params: readonly string[], results: readonly string[]): CoreSignature {
  return { tag: "core-func", params, results };
}
