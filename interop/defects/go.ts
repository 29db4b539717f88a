import type { Transport } from "../peers/peer.ts";
import type { Defect, DefectRows } from "./defect.ts";

const beyondWindow: readonly string[] = [
  "scalars/echo-string/64-kib",
  "scalars/echo-string/1500-kib",
  "lists/echo-bytes/10000",
  "lists/echo-u32s/10000",
  "lists/echo-s64s/10000",
  "lists/echo-f64s/10000",
  "lists/echo-strings/10000",
  "compounds/echo-records/10000",
];

/** What has a connection of its own for each call; messages come to the runtime whole. */
const connections: readonly Transport[] = ["tcp", "unix"];

const window: Defect = {
  name: "values beyond 4 KiB",
  over: connections,
  explanation:
    "The runtime takes a frame's data, and code generated for it a string, float, handle or flags, with a single read, and " +
    "so silently replaces by zeros what lies beyond its buffer of 4096 bytes. Our side refuses such values with " +
    "`resource-exhausted` before a byte is sent; as a server it breaks the call off, and the runtime reports an unexpected end.",
  rows: {
    "we-call": [{ rows: beyondWindow, error: /^\[resource-exhausted\] .* Go peer/ }],
    "calls-us": [{ rows: beyondWindow, error: /unexpected EOF/ }],
  },
};

/** Which of the ways it takes depends on how fast the peer reads. */
function breaks(...rows: string[]): DefectRows {
  return { rows, error: /^\[(unknown|wrong answer|deadline-exceeded)\]/, sometimes: true };
}

const acrossMessages: Defect = {
  name: "strings across messages",
  over: ["nats"],
  explanation:
    "A string, handle or flags are read with a single read of one message, and what comes in the next is replaced by zeros. " +
    "Our side cuts messages between them, and refuses a string that fits into no message with `resource-exhausted`; as a " +
    "server it breaks the call off.",
  rows: {
    "we-call": [{ rows: ["scalars/echo-string/1500-kib"], error: /^\[resource-exhausted\] .* message of NATS/ }],
    "calls-us": [{ rows: ["scalars/echo-string/1500-kib"], error: /EOF/ }],
  },
};

const longStreams: Defect = {
  name: "long streams",
  over: connections,
  explanation:
    "What arrives while 4096 bytes are unread lies across the end of the same buffer, and a 65th unread frame of a path makes " +
    "the runtime stop reading. It has no flow control, so a stream comes through only as long as its reader is faster " +
    "than what is sent, which is 4 KiB every 5 ms from our side. What we receive from it has no such bounds.",
  rows: {
    "we-call": [
      breaks(
        "async-values/echo-byte-stream/1-mib",
        "async-values/echo-number-stream/10000",
        "async-values/measure/1-mib",
        "async-values/measure-in-turn/8-mib-behind",
      ),
    ],
    "calls-us": [
      {
        rows: ["async-values/echo-byte-stream/1-mib", "async-values/echo-number-stream/10000"],
        error: /EOF|deadline exceeded|broken pipe|connection reset|^got |is no|invalid/,
        sometimes: true,
      },
    ],
  },
};

const wildcards: Defect = {
  name: "streams in lists",
  explanation:
    "Paths that are not known before the value are not supported when receiving: the runtime logs so and then takes what " +
    "arrives on them for an error. Sending them works.",
  rows: {
    "we-call": [{ rows: ["async-values/measure-all/three"], error: /^\[unknown\]/ }],
    "calls-us": [{ rows: ["async-values/stream-list/three"], error: /unknown subscription/ }],
  },
};

export const goDefects: readonly Defect[] = [window, acrossMessages, longStreams, wildcards];
