import { type ContractRef, findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";

/** What the thread of the tests serves. */
export const echo: ContractRef = findInterface(
  parseWit("package test:echo; interface echo { bytes: func(v: stream<u8>) -> stream<u8>; wait: func() -> string; }"),
  "echo",
);
