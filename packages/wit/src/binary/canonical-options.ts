import { type ByteReader, hex } from "./byte-reader.ts";
import { describeCoreFunction } from "./core-subtyping.ts";
import { invalid, malformed, unsupported } from "./decode-error.ts";
import type { CanonicalOptions } from "./definitions.ts";
import type { Scope } from "./scope.ts";

type Mutable<T> = { -readonly [Key in keyof T]?: T[Key] };

const encodings: readonly CanonicalOptions["stringEncoding"][] = ["utf8", "utf16", "latin1+utf16"];

const reallocSignature = "(i32 i32 i32 i32) -> (i32)";

/** Reads `opts` and checks what can be said without the function that they are for. */
export function readCanonicalOptions(scope: Scope, reader: ByteReader): CanonicalOptions {
  const start = reader.at;
  const options: Mutable<CanonicalOptions> = {};
  reader.list("canonical options", () => readOption(scope, reader, options));
  if (options.realloc !== undefined) {
    if (options.memory === undefined)
      throw invalid(start, 'canonical option "realloc" requires "memory" to also be specified');
    const signature = describeCoreFunction(scope.at("coreFuncs", options.realloc, start));
    if (signature !== reallocSignature) {
      throw invalid(
        start,
        `canonical option "realloc" uses a core function with an incorrect signature: expected ${reallocSignature}, found ${signature}`,
      );
    }
  }
  if (options.callback !== undefined && options.async !== true)
    throw invalid(start, "cannot specify callback without async");
  if (options.postReturn !== undefined && options.async === true)
    throw invalid(start, "cannot specify post-return function in async");
  return { stringEncoding: "utf8", async: false, ...options };
}

function readOption(scope: Scope, reader: ByteReader, options: Mutable<CanonicalOptions>): void {
  const offset = reader.at;
  const byte = reader.byte("a canonical option");
  const once = (name: keyof CanonicalOptions, text: string): void => {
    if (options[name] !== undefined) throw invalid(offset, `canonical option "${text}" is specified more than once`);
  };
  const index = (name: "memory" | "realloc" | "postReturn" | "callback", text: string): number => {
    once(name, text);
    const value = reader.u32(`the index of the canonical option "${text}"`);
    if (name !== "memory") scope.at("coreFuncs", value, offset);
    return value;
  };
  switch (byte) {
    case 0x00:
    case 0x01:
    case 0x02: {
      const encoding = encodings[byte] ?? "utf8";
      if (options.stringEncoding !== undefined) {
        throw invalid(
          offset,
          `canonical encoding option "${options.stringEncoding}" conflicts with option "${encoding}"`,
        );
      }
      options.stringEncoding = encoding;
      return;
    }
    case 0x03:
      options.memory = index("memory", "memory");
      checkMemory(scope, options.memory, offset);
      return;
    case 0x04:
      options.realloc = index("realloc", "realloc");
      return;
    case 0x05:
      options.postReturn = index("postReturn", "post-return");
      return;
    case 0x06:
      once("async", "async");
      options.async = true;
      return;
    case 0x07:
      options.callback = index("callback", "callback");
      return;
    case 0x08:
    case 0x09:
      throw unsupported(offset, "the garbage-collected form of the canonical ABI is not supported");
    default:
      throw malformed(offset, `no canonical option is 0x${hex(byte)}`);
  }
}

/** The memory of an option must be of the plain kind. */
export function checkMemory(scope: Scope, index: number, offset: number): void {
  const { limits } = scope.at("coreMemories", index, offset);
  if (limits.wide) throw unsupported(offset, "64-bit memories are not supported");
  if (limits.shared) throw invalid(offset, "the memory of a canonical option must not be shared");
}
