import { findInterface, type InterfaceRef, type Resolve } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";

/** The functions of wRPC's own examples, whose bytes are known. */
export const hello: InterfaceRef = find("package wrpc-examples:hello; interface handler { hello: func() -> string; }");

export const store: InterfaceRef = find("package wasi:keyvalue; interface store { delete: func(key: string); }");

export const streams: InterfaceRef = find(`
  package wrpc-examples:streams;
  interface handler {
    record req { numbers: stream<u64>, bytes: stream<u8> }
    echo: func(r: req) -> tuple<stream<u64>, stream<u8>>;
  }
`);

/** Values of every kind, and what a call can come to. */
export const calls: InterfaceRef = find(`
  package test:calls@1.2.3;
  interface calls {
    record point { x: s32, y-axis: s32 }
    variant shape { circle(f64), label(string), nothing }
    enum color { red, deep-blue }
    flags permissions { read, write, execute-all }
    record everything {
      b: bool, i8: s8, n8: u8, i16: s16, n16: u16, i32: s32, n32: u32, i64: s64, n64: u64,
      single: f32, double: f64, c: char, text: string, bytes: list<u8>, words: list<u32>, texts: list<string>,
      pair: tuple<u8, string>, maybe: option<string>, nested: option<option<u8>>, outcome: result<u8, string>,
      at: point, shape: shape, color: color, rights: permissions,
    }
    echo: func(v: everything) -> everything;
    nullary: func() -> string;
    nothing: func();
    take: func(key: string);
    add: func(a: u32, b: u32) -> u32;
    join: func(a: string, b: option<string>) -> string;
    divide: func(a: u32, b: u32) -> result<u32, string>;
    check: func(ok: bool) -> result;
    wait: func() -> string;
    bulk: func(size: u32) -> list<u8>;
    measure: func(data: list<u8>) -> u32;
    to-string: func() -> string;
    then: func() -> string;
  }
`);

/** Streams and futures in every place. */
export const flows: InterfaceRef = find(`
  package test:flows;
  interface flows {
    record job { name: string, data: stream<u8> }
    variant source { empty, bytes(stream<u8>), texts(stream<string>) }
    record both { first: stream<u8>, second: stream<u8> }

    bytes: func(v: stream<u8>) -> stream<u8>;
    numbers: func(v: stream<u32>) -> stream<u32>;
    texts: func(v: stream<string>) -> stream<string>;
    later: func(v: future<string>) -> future<string>;
    upload: func(v: stream<u8>) -> u64;
    collect: func(v: stream<u32>);
    download: func(size: u32) -> stream<u8>;
    split: func(size: u32) -> both;
    merge: func(v: both) -> u64;
    started: func(v: stream<u8>) -> string;
    signal: func(v: future) -> future;
    ticks: func(v: stream) -> u32;
    promised: func(v: option<future<string>>) -> option<future<string>>;

    future-stream: func(v: future<stream<u8>>) -> future<stream<u8>>;
    stream-future: func(v: stream<future<string>>) -> stream<future<string>>;
    stream-stream: func(v: stream<stream<u8>>) -> stream<stream<u8>>;
    list-stream: func(v: list<stream<u8>>) -> list<stream<u8>>;
    option-stream: func(v: option<stream<u8>>) -> option<stream<u8>>;
    result-stream: func(v: result<stream<u8>, string>) -> option<result<stream<u8>, string>>;
    variant-stream: func(v: source) -> source;
    future-jobs: func(v: future<stream<job>>) -> future<stream<job>>;
    deep: func(v: future<future<future<stream<string>>>>) -> future<future<future<stream<string>>>>;
    conflict: func(v: result<list<stream<u8>>, tuple<stream<u8>, u8>>) -> u64;
    maybe-later: func(v: stream<future<option<stream<u8>>>>) -> u64;
  }
`);

/** Resources of two types. */
export const counters: InterfaceRef = find(`
  package test:counters;
  interface counters {
    resource counter {
      constructor(start: u32);
      increment: func(by: u32) -> u32;
      fail: func() -> result<u32, string>;
      wait: async func();
      open: static func(name: string) -> result<counter, string>;
    }
    resource gate {
      constructor(name: string) -> result<gate, string>;
      name: func() -> string;
      to-string: func() -> string;
    }
    consume: func(c: counter) -> u32;
    read: func(c: borrow<counter>) -> u32;
    swap: func(a: counter, b: counter) -> tuple<counter, counter>;
    pass: func(g: borrow<gate>) -> string;
    stream-of: func(count: u32) -> stream<counter>;
  }
`);

/** Resources of both sides: notes live at the server, listeners at clients. */
export const desk: InterfaceRef = findInterface(
  parseWit(`
    package test:desk;
    interface listeners {
      resource listener {
        heard: func(what: string) -> u32;
        answer: func() -> result<u32, string>;
        follow: func(bytes: stream<u8>) -> stream<u8>;
        child: func(name: string) -> listener;
        wait: func();
      }
    }
    interface desk {
      use listeners.{listener};
      resource note {
        constructor(text: string);
        text: func() -> string;
        copy: func() -> note;
        tear: func() -> result<note, string>;
        wait: func();
      }
      keep: func(l: listener) -> u32;
      say: func(index: u32, what: string) -> u32;
      give-back: func(index: u32) -> listener;
      release: func(index: u32);
      ask: func(l: borrow<listener>, what: string) -> u32;
      ask-later: func(l: borrow<listener>);
      adopt: func(l: borrow<listener>) -> listener;
      echo: func(l: listener) -> listener;
      echo-all: func(l: list<listener>) -> list<listener>;
      pass-on: func(l: stream<listener>) -> stream<listener>;
      later: func(l: future<listener>) -> future<listener>;
      read: func(n: borrow<note>) -> string;
      burn: func(n: note) -> string;
      slow-note: func(text: string) -> note;
      one-of: func(n: list<borrow<note>>) -> u32;
      both: func(n: note, m: borrow<note>);
      notes: func(count: u32) -> stream<note>;
      note-list: func(count: u32) -> list<note>;
      stuck: func(l: listener);
      refuse: func(l: listener) -> result<u32, string>;
    }
  `),
  "desk",
);

/** A world with functions at its root. */
export const worlds: Resolve = parseWit(`
  package test:worlds@0.1.0;
  world app { export ping: func() -> string; export run: func(n: u32) -> u32; }
`);

/** The same interface in two versions. */
export const versions: readonly InterfaceRef[] = ["1.0.0", "2.0.0-rc.1"].map((version) =>
  find(`package test:versions@${version}; interface api { version: func() -> string; }`),
);

function find(text: string): InterfaceRef {
  const resolve = parseWit(text);
  const [item] = resolve.interfaces;
  return findInterface(resolve, item?.name ?? "");
}
