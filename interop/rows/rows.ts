import type { FilledRow, Row, ScriptRow, ValueRow } from "./row.ts";
import { many, quote, text } from "./texts.ts";

type Labelled = Readonly<Record<string, string>>;

/** A row for each value, which is returned as it was given. */
function echoes(place: string, values: Labelled): ValueRow[] {
  return Object.entries(values).map(([label, value]) => call(`${place}/${label}`, `(${value})`, value));
}

function call(row: string, params: string, result: string): ValueRow {
  const [name = "", func = ""] = row.split("/");
  return { row, interface: name === "root" ? "" : name, function: func, params, result };
}

function filled(row: string, fill: number): FilledRow {
  const [name = "", func = ""] = row.split("/");
  return { row, interface: name, function: func, fill };
}

function scripts(name: string, ...all: string[]): ScriptRow[] {
  return all.map((script) => ({ row: `${name}/script/${script}`, interface: name, script }));
}

/** LEB128 takes another byte from these numbers on. */
const unsigned16: Labelled = { zero: "0", "one-byte": "127", "two-bytes": "128", "two-full": "16383", max: "65535" };
const unsigned32: Labelled = { ...unsigned16, "four-full": "268435455", "five-bytes": "268435456", max: "4294967295" };
const unsigned64: Labelled = {
  ...unsigned32,
  "nine-full": "9223372036854775807",
  "ten-bytes": "9223372036854775808",
  max: "18446744073709551615",
};
const signed8: Labelled = { zero: "0", "minus-one": "-1", min: "-128", max: "127" };
const signed16: Labelled = {
  ...signed8,
  "one-byte-max": "63",
  "one-byte-min": "-64",
  "two-bytes": "64",
  "minus-two-bytes": "-65",
  "two-full": "-8192",
  "three-bytes": "-8193",
  min: "-32768",
  max: "32767",
};
const signed32: Labelled = {
  ...signed16,
  "four-full": "-134217728",
  "five-bytes": "-134217729",
  min: "-2147483648",
  max: "2147483647",
};
const signed64: Labelled = {
  ...signed32,
  "nine-full": "-4611686018427387904",
  "ten-bytes": "-4611686018427387905",
  min: "-9223372036854775808",
  max: "9223372036854775807",
};
const floats: Labelled = { zero: "0", "minus-zero": "-0", half: "0.5", inf: "inf", "minus-inf": "-inf", nan: "nan" };

const scalars: Row[] = [
  ...echoes("scalars/echo-bool", { true: "true", false: "false" }),
  ...echoes("scalars/echo-u8", { zero: "0", middle: "128", max: "255" }),
  ...echoes("scalars/echo-s8", signed8),
  ...echoes("scalars/echo-u16", unsigned16),
  ...echoes("scalars/echo-s16", signed16),
  ...echoes("scalars/echo-u32", unsigned32),
  ...echoes("scalars/echo-s32", signed32),
  ...echoes("scalars/echo-u64", unsigned64),
  ...echoes("scalars/echo-s64", signed64),
  ...echoes("scalars/echo-f32", {
    ...floats,
    max: "340282350000000000000000000000000000000",
    min: "-340282350000000000000000000000000000000",
    smallest: "1e-45",
  }),
  ...echoes("scalars/echo-f64", {
    ...floats,
    max: "1.7976931348623157e+308",
    min: "-1.7976931348623157e+308",
    smallest: "5e-324",
  }),
  ...echoes("scalars/echo-char", {
    zero: "'\\u{0}'",
    one: "'a'",
    two: "'é'",
    three: "'€'",
    four: "'🚩'",
    last: "'\\u{10ffff}'",
  }),
  ...echoes("scalars/echo-string", {
    empty: '""',
    ascii: '"hello"',
    unicode: '"hello ⚑ world 🚀𠈄𓀀"',
    "byte-order-mark": '"\\u{feff}x"',
    nul: '"a\\u{0}b"',
    "127-bytes": quote("x".repeat(127)),
    "128-bytes": quote("x".repeat(128)),
    "64-kib": quote(text(65_536)),
    // More than a message of NATS has room for.
    "1500-kib": quote("x".repeat(1500 * 1024)),
  }),
];

const lists: Row[] = [
  ...echoes("lists/echo-bytes", { empty: "[]", one: "[255]", "10000": many(10_000, (i) => i % 256) }),
  ...echoes("lists/echo-u32s", {
    empty: "[]",
    limits: "[0, 127, 128, 4294967295]",
    "10000": many(10_000, (i) => i * 429_000),
  }),
  ...echoes("lists/echo-s64s", {
    empty: "[]",
    small: "[0, -1, 63, 64, -64, -65]",
    limits: "[-9223372036854775808, 9223372036854775807]",
    "10000": many(10_000, (i) => (i % 2 === 0 ? i * 1_000_003 : -i * 1_000_003)),
  }),
  ...echoes("lists/echo-f64s", {
    empty: "[]",
    some: "[0, -0, nan, inf, -inf, 0.1]",
    "10000": many(10_000, (i) => i / 8),
  }),
  ...echoes("lists/echo-strings", {
    empty: "[]",
    some: '["", "one", "zwölf"]',
    "10000": many(10_000, (i) => `"s${i}"`),
  }),
  ...echoes("lists/echo-nested", { empty: "[]", some: '[[], ["a"], ["b", ""], [""]]' }),
];

const ann = '{name: "Ann", age: some(30), home: {x: -1, y: 300}, tags: ["a", ""]}';
const bob = '{name: "", age: none, home: {x: 0, y: -300}, tags: []}';

const compounds: Row[] = [
  ...echoes("compounds/echo-record", {
    full: ann,
    sparse: bob,
    limits: '{name: "🚩", age: some(255), home: {x: -2147483648, y: 2147483647}, tags: []}',
  }),
  ...echoes("compounds/echo-records", { empty: "[]", two: `[${ann}, ${bob}]`, "10000": many(10_000, () => bob) }),
  ...echoes("compounds/echo-variant", {
    empty: "empty",
    circle: "circle(0.25)",
    line: "line(({x: 1, y: 2}, {x: -3, y: -4}))",
    named: 'named("square")',
  }),
  ...echoes("compounds/echo-enum", { first: "red", last: "blue" }),
  ...echoes("compounds/echo-tuple", { some: '(255, "x", {x: 5, y: -6})' }),
  ...echoes("compounds/echo-option", { none: "none", some: 'some("x")', "some-empty": 'some("")' }),
  ...echoes("compounds/echo-option-option", { none: "none", "some-none": "some(none)", "some-some": "some(some(7))" }),
  call("compounds/try-u32/ok", '(300, "")', "ok(300)"),
  call("compounds/try-u32/err", '(300, "no ⚑")', 'err("no ⚑")'),
  call("compounds/try-nothing/ok", "(none)", "ok"),
  call("compounds/try-nothing/err", "(some(blue))", "err(blue)"),
  call("compounds/try-only-ok/ok", "(4294967295, false)", "ok(4294967295)"),
  call("compounds/try-only-ok/err", "(1, true)", "err"),
  call(
    "compounds/many-params/16",
    "(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 18446744073709551615)",
    "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 18446744073709551615]",
  ),
];

/** None, all, the lowest, the highest, and every other flag of a type. */
function patterns(count: number): Labelled {
  const names = Array.from({ length: count }, (_, bit) => `a${bit}`);
  const flags = (chosen: (bit: number) => boolean): string => `{${names.filter((_, bit) => chosen(bit)).join(", ")}}`;
  return {
    none: flags(() => false),
    all: flags(() => true),
    lowest: flags((bit) => bit === 0),
    highest: flags((bit) => bit === count - 1),
    odd: flags((bit) => bit % 2 === 1),
  };
}

const bits: Row[] = [
  ...[7, 8, 9, 16, 17].flatMap((count) => echoes(`bits/echo-f${count}`, patterns(count))),
  ...echoes("bits/echo-f32s", patterns(32)),
  ...echoes("wide-bits/echo-f33", patterns(33)),
  ...echoes("wide-bits/echo-f64s", patterns(64)),
  call("bits/echo-f17-and-next/highest", "({a0, a16}, 7)", "({a0, a16}, 7)"),
  call("wide-bits/echo-f33-and-next/highest", "({a0, a32}, 7)", "({a0, a32}, 7)"),
];

const voids: Row[] = [
  call("voids/nothing/once", "()", ""),
  call("voids/remember/text", '("kept ⚑")', ""),
  call("voids/recall/text", "()", '"kept ⚑"'),
  ...scripts("voids", "remember-recall"),
];

const resources: Row[] = scripts(
  "resources",
  "constructor",
  "methods",
  "two-counters",
  "static",
  "borrow",
  "own",
  "stale",
);

const mebibyte = 1024 * 1024;

const asyncValues: Row[] = [
  ...echoes("async-values/echo-byte-stream", { empty: "[]", some: "[0, 1, 255]" }),
  filled("async-values/echo-byte-stream/1-mib", mebibyte),
  ...echoes("async-values/echo-number-stream", {
    empty: "[]",
    one: "[300]",
    several: "[0, 127, 128, 18446744073709551615, 1, 2, 3]",
    "10000": many(10_000, (i) => i * 1_000_003),
  }),
  ...echoes("async-values/echo-record-stream", {
    empty: "[]",
    several: '[{id: 1, label: "a"}, {id: 4294967295, label: ""}, {id: 3, label: "⚑"}, {id: 4, label: "d"}]',
  }),
  call("async-values/echo-two/empty", "([], [])", "([], [])"),
  call("async-values/echo-two/some", "([1, 300, 3, 4, 5], [9, 8])", "([1, 300, 3, 4, 5], [9, 8])"),
  call("async-values/echo-two/one-empty", "([], [1])", "([], [1])"),
  ...echoes("async-values/echo-future", { empty: '""', text: '"later ⚑"' }),
  ...echoes("async-values/echo-future-stream", { empty: "[]", some: "[1, 2, 3]" }),
  ...echoes("async-values/echo-nested-futures", { empty: "[]", some: '["a", "", "c", "⚑"]' }),
  call("async-values/numbers/none", "(0)", "[]"),
  call(
    "async-values/numbers/1000",
    "(1000)",
    many(1000, (i) => i),
  ),
  call("async-values/measure/empty", "([])", "0"),
  call("async-values/measure/some", "([1, 2, 3])", "3"),
  filled("async-values/measure/1-mib", mebibyte),
  call("async-values/measure-in-turn/short", "([1, 2], [3])", "(2, 1)"),
  filled("async-values/measure-in-turn/8-mib-behind", 8 * mebibyte),
  call("async-values/stream-list/none", "(0)", "[]"),
  call("async-values/stream-list/three", "(3)", "[[0], [1], [2]]"),
  call("async-values/measure-all/none", "([])", "0"),
  call("async-values/measure-all/three", "([[1], [2, 3], [4]])", "4"),
];

const root: Row[] = echoes("root/root-echo", { empty: '""', text: '"at the root ⚑"' });

/** Everything that implementations call each other with, in the order in which it is called. */
export const rows: readonly Row[] = [
  ...scalars,
  ...lists,
  ...compounds,
  ...bits,
  ...voids,
  ...resources,
  ...asyncValues,
  ...root,
];
