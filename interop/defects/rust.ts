import type { Defect } from "./defect.ts";

/** Rows whose integers take all the bytes that their type allows, and are negative. */
const longestNegative = [
  "scalars/echo-s16/three-bytes",
  "scalars/echo-s16/min",
  "scalars/echo-s32/five-bytes",
  "scalars/echo-s32/min",
  "scalars/echo-s64/ten-bytes",
  "scalars/echo-s64/min",
  "lists/echo-s64s/limits",
  "compounds/echo-record/limits",
];

export const signedIntegers: Defect = {
  name: "signed integers",
  explanation:
    "leb128-tokio 0.1.6 writes signed integers correctly, but does not read those that take all the bytes of their type " +
    "and are negative: s16 below -8192, s32 below -2^27, s64 below -2^62. Version 0.1.7 does. A server drops such a " +
    "call without an answer, which our client reports as `unknown`; a client rejects our answer.",
  rows: {
    "we-call": [{ rows: longestNegative, error: /^\[unknown\]/ }],
    "calls-us": [{ rows: longestNegative, error: /overflow|varint/i }],
  },
};

const beyondFlags = ["bits/echo-f17-and-next/highest", "wide-bits/echo-f33-and-next/highest"];

export const flagsWidth: Defect = {
  name: "width of flags",
  explanation:
    "The generated code reads flags from as few bytes as they need, but writes the whole integer that holds them: 4 bytes " +
    "for 17 to 24 flags, 8 for 33 to 56. What follows such flags is read from the wrong place by every other " +
    "implementation, its own decoder included. Flags that are the last value are not affected.",
  rows: {
    "we-call": [{ rows: beyondFlags, error: /^\[wrong answer\] got \(\{.*\}, 0\)/ }],
    "calls-us": [{ rows: beyondFlags, error: /^got \(\{.*\}, 0\)/ }],
  },
};

export const unknownPaths: Defect = {
  name: "streams in lists",
  explanation:
    "Streams and futures inside lists and streams are at paths that are not known before the value is. The receiving side " +
    "declares them as wildcards and then does not find what it declared, so they seem to be empty; over NATS such a call fails. Sending them works.",
  rows: {
    "we-call": [{ rows: ["async-values/measure-all/three"], error: /^\[wrong answer\] got 0, not 4/ }],
    "calls-us": [
      {
        rows: ["async-values/stream-list/three"],
        error: /^got \[\[\], \[\], \[\]\]|subscription not found for path \[0, 0\]/,
      },
    ],
  },
};

export const headOfLine: Defect = {
  name: "one queue behind another",
  explanation:
    "A receiver that reads one stream to its end before another stops reading the connection when the queue of the second " +
    "is full, and so never sees the end of the first. Our server reads on, up to a bound; our client gives up at its " +
    "deadline. Over HTTP/2 other calls of the connection may be held up as well.",
  rows: {
    "we-call": [{ rows: ["async-values/measure-in-turn/8-mib-behind"], error: /^\[deadline-exceeded\]/ }],
    "calls-us": [],
  },
};

export const pendingPaths: Defect = {
  name: "streams in lists",
  explanation:
    "As in 0.17, the receiving side does not find the streams and futures inside lists and streams whose data follows on paths of " +
    "their own; they seem to be empty, or end early. Since 0.18 sends along with the value what is there already, its peers " +
    "hardly meet this among themselves.",
  rows: {
    "we-call": [{ rows: ["async-values/measure-all/three"], error: /^\[wrong answer\] got 0, not 4/ }],
    "calls-us": [
      {
        rows: ["async-values/stream-list/three"],
        error: /receiving async results failed: unexpected end of file|subscription not found/,
      },
    ],
  },
};
