import type { Scope } from "../scope.ts";
import { InputStream } from "./input-stream.ts";
import { IoError } from "./io-error.ts";
import { OutputStream } from "./output-stream.ts";
import { createPoll } from "./poll.ts";
import { Pollable } from "./pollable.ts";

/** All of `wasi:io`. */
export function ioInterfaces(scope: Scope): Record<string, object> {
  return {
    "wasi:io/error": { Error: IoError },
    "wasi:io/poll": { poll: createPoll(scope), Pollable },
    "wasi:io/streams": { InputStream, OutputStream },
  };
}
