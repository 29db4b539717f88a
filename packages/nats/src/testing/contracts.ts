import { findInterface, type InterfaceRef } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";

/** The functions of wRPC's own examples, whose bytes are known. */
export const hello: InterfaceRef = find(
  "package wrpc-examples:hello; interface handler { hello: func() -> string; }",
  "handler",
);

export const streams: InterfaceRef = find(
  `package wrpc-examples:streams;
   interface handler {
     record req { numbers: stream<u64>, bytes: stream<u8> }
     echo: func(r: req) -> tuple<stream<u64>, stream<u8>>;
   }`,
  "handler",
);

export const flows: InterfaceRef = find(
  `package test:flows;
   interface flows {
     upload: func(v: stream<u8>) -> u64;
     download: func(size: u32) -> stream<u8>;
     bytes: func(v: stream<u8>) -> stream<u8>;
   }`,
  "flows",
);

export const calls: InterfaceRef = find(
  `package test:calls;
   interface calls {
     add: func(a: u32, b: u32) -> u32;
     wait: func() -> string;
     nothing: func();
     measure: func(data: list<u8>) -> u32;
     who: func() -> string;
   }`,
  "calls",
);

function find(text: string, name: string): InterfaceRef {
  return findInterface(parseWit(text), name);
}
