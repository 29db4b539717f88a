// The world `program`, run by QuickJS: what programs do with WASI, one task per call.
import environment from "wasi:cli/environment@0.2.0";
import exit from "wasi:cli/exit@0.2.0";
import stdin from "wasi:cli/stdin@0.2.0";
import stdout from "wasi:cli/stdout@0.2.0";
import clock from "wasi:clocks/monotonic-clock@0.2.0";
import preopens from "wasi:filesystem/preopens@0.2.0";
import poll from "wasi:io/poll@0.2.0";
import random from "wasi:random/random@0.2.0";

// QuickJS has no TextEncoder; ASCII is enough here.
const encode = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const decode = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

const follow = { symlinkFollow: true };
const flags = (...names) => Object.fromEntries(names.map((name) => [name, true]));

/** The first preopened folder. */
const root = () => preopens.getDirectories()[0][0];

/** What a method answered with `err`: an error code, or a variant. */
function errorOf(action) {
  try {
    return `no error: ${action()}`;
  } catch (error) {
    const payload = error?.payload ?? error;
    return String(payload?.tag ?? payload);
  }
}

/** Reads a stream to its end. */
function readAll(stream) {
  let text = "";
  for (;;) {
    try {
      text += decode(stream.blockingRead(65536));
    } catch (error) {
      if ((error?.payload ?? error).tag === "closed") return text;
      throw error;
    }
  }
}

const tasks = {
  environment: () =>
    JSON.stringify([environment.getEnvironment(), environment.getArguments(), environment.initialCwd() ?? null]),
  preopens: () => JSON.stringify(preopens.getDirectories().map(([, name]) => name)),
  // Reads standard input and writes it in capitals, piece by piece.
  capitals: () => {
    const output = stdout.getStdout();
    const text = readAll(stdin.getStdin()).toUpperCase();
    for (let index = 0; index < text.length; index += 4096) {
      output.blockingWriteAndFlush(encode(text.slice(index, index + 4096)));
    }
    return String(text.length);
  },
  list: (path) => {
    const listing = root().openAt({}, path, flags("directory"), flags("read")).readDirectory();
    const entries = [];
    for (let entry = listing.readDirectoryEntry(); entry; entry = listing.readDirectoryEntry()) {
      entries.push(`${entry.name}: ${entry.type}`);
    }
    return entries.sort().join(", ");
  },
  read: (path) => readAll(root().openAt(follow, path, {}, flags("read")).readViaStream(0)),
  write: (path) => {
    const file = root().openAt(follow, path, flags("create", "truncate"), flags("read", "write"));
    const output = file.writeViaStream(0);
    for (const text of ["written ", "by ", "a guest"]) output.blockingWriteAndFlush(encode(text));
    return decode(file.read(100, 0)[0]);
  },
  refused: (path) =>
    JSON.stringify([
      errorOf(() => root().openAt(follow, path, {}, flags("read"))),
      errorOf(() => root().openAt(follow, path, flags("create"), flags("read", "write"))),
      errorOf(() => root().renameAt("file.txt", root(), path)),
      errorOf(() => root().renameAt(path, root(), "stolen.txt")),
    ]),
  link: (target) => errorOf(() => root().symlinkAt(target, "link")),
  // Waits for the first of two timers, and for both.
  timers: () => {
    const start = Number(clock.now());
    const timers = [20_000_000, 5_000_000].map((duration) => clock.subscribeDuration(duration));
    const first = [...poll.poll(timers)];
    for (const timer of timers) timer.block();
    return JSON.stringify([first, Number(clock.now()) - start >= 20_000_000]);
  },
  // Never really waits.
  busy: (rounds) => {
    const timer = clock.subscribeDuration(0);
    for (let round = 0; round < Number(rounds); round++) timer.block();
    return "done";
  },
  random: (length) => String(new Set(random.getRandomBytes(Number(length))).size),
  // QuickJS's own WASI tells about it on standard error.
  fail: (message) => {
    throw new Error(message);
  },
  exit: (tag) => exit.exit({ tag }),
};

export const run = (task, argument) => tasks[task](argument);
