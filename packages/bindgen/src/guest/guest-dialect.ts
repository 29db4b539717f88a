import { generic, objectType } from "../text/syntax.ts";
import type { Dialect } from "../types/dialect.ts";
import { inside, single } from "../types/expression.ts";

/** Values in a component that componentize-qjs made of JavaScript: no bigints, few typed arrays, `null` for none. */
export const guestDialect: Dialect = {
  long: "number",
  typedArrays: { u8: "Uint8Array" },
  absent: (passing) => (passing ? ["null", "undefined"] : ["null"]),
  result: (ok, err) => ({
    members: [
      objectType(['tag: "ok"', ok === undefined ? "val?: undefined" : ["val: ", ok]]),
      objectType(['tag: "err"', err === undefined ? "val?: undefined" : ["val: ", err]]),
    ],
  }),
  stream: (item, array) => single(generic("AsyncIterable", array ?? inside(item))),
  future: (payload) => single(objectType([["read(): ", generic("Promise", payload)]])),
};
