import { type ContractRef, findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";

/** What the tests of faults call. */
export const echo: ContractRef = findInterface(
  parseWit(`
    package test:echo;
    interface echo {
      ping: func() -> string;
      nothing: func();
      wait: func() -> string;
      bytes: func(v: stream<u8>) -> stream<u8>;
      endless: func() -> stream<u8>;
    }
  `),
  "echo",
);
