import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { type CallContext, isWitError } from "@witwire/wit/values";
import type { IoError } from "../io/io-error.ts";
import { Scope } from "../scope.ts";
import { Descriptor } from "./descriptor.ts";
import type { DescriptorFlags, OpenFlags } from "./descriptor-flags.ts";
import { DescriptorOwner } from "./descriptor-owner.ts";
import type { Directory } from "./directory.ts";
import { PathDirectory } from "./path-directory.ts";
import { isProcAvailable, ProcDirectory } from "./proc-directory.ts";

const follow = { symlinkFollow: true };
const read: DescriptorFlags = { read: true };
const readWrite: DescriptorFlags = { read: true, write: true };
const create: OpenFlags = { create: true };
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const text = (value: Uint8Array): string => new TextDecoder().decode(value);

/** The error code that a method answered with. */
function codeOf(action: () => unknown): string {
  let result: unknown;
  try {
    result = action();
  } catch (error) {
    if (isWitError(error)) return error.payload as string;
    throw error;
  }
  return assert.fail(`it did not fail, but gave ${String(result)}`);
}

/** The folder a guest gets, with a secret beside it. */
let outside: string;
let inside: string;
let scope: Scope;

function owner(): DescriptorOwner {
  return new DescriptorOwner(scope, 8);
}

beforeEach(() => {
  outside = realpathSync(mkdtempSync(join(tmpdir(), "witwire-wasi-")));
  inside = join(outside, "inside");
  mkdirSync(join(inside, "folder", "deeper"), { recursive: true });
  mkdirSync(join(outside, "other"));
  writeFileSync(join(outside, "secret.txt"), "secret");
  writeFileSync(join(outside, "other", "secret.txt"), "secret");
  writeFileSync(join(inside, "file.txt"), "contents");
  writeFileSync(join(inside, "folder", "nested.txt"), "nested");
  scope = new Scope();
});

afterEach(() => {
  scope[Symbol.dispose]();
  rmSync(outside, { recursive: true, force: true });
});

const kinds: Record<string, (path: string) => Directory> = { "known by its path": PathDirectory.open };
if (isProcAvailable()) kinds["reached through its descriptor"] = ProcDirectory.open;

for (const [kind, open] of Object.entries(kinds)) {
  describe(`a preopened folder ${kind}`, () => {
    let root: Descriptor;

    beforeEach(() => {
      root = Descriptor.preopen(owner(), open(inside), false);
    });

    /** Everything that takes a path, and would get out or change something with it. */
    const operations: Record<string, (path: string) => unknown> = {
      openAt: (path) => root.openAt(follow, path, {}, read),
      "openAt, for writing": (path) => root.openAt(follow, path, {}, readWrite),
      "openAt, truncating": (path) => root.openAt(follow, path, { truncate: true }, readWrite),
      "openAt, creating": (path) => root.openAt(follow, path, create, readWrite),
      "openAt, a folder": (path) => root.openAt(follow, path, { directory: true }, read),
      statAt: (path) => root.statAt(follow, path),
      setTimesAt: (path) => root.setTimesAt(follow, path, { tag: "now" }, { tag: "now" }),
      metadataHashAt: (path) => root.metadataHashAt(follow, path),
      linkAt: (path) => root.linkAt(follow, path, root, "stolen"),
    };
    /** As those, but they take a link for itself. */
    const entryOperations: Record<string, (path: string) => unknown> = {
      createDirectoryAt: (path) => root.createDirectoryAt(path),
      removeDirectoryAt: (path) => root.removeDirectoryAt(path),
      unlinkFileAt: (path) => root.unlinkFileAt(path),
      readlinkAt: (path) => root.readlinkAt(path),
      "linkAt, to": (path) => root.linkAt({}, "file.txt", root, path),
      "renameAt, from": (path) => root.renameAt(path, root, "stolen"),
      "renameAt, to": (path) => root.renameAt("file.txt", root, path),
      "symlinkAt, at": (path) => root.symlinkAt("file.txt", path),
    };

    function assertNothingHappened(): void {
      assert.equal(readFileSync(join(outside, "secret.txt"), "utf8"), "secret");
      assert.deepEqual(readdirSync(outside).sort(), ["inside", "other", "secret.txt"]);
      assert.deepEqual(readdirSync(join(outside, "other")), ["secret.txt"]);
      assert.equal(statSync(join(outside, "secret.txt")).nlink, 1);
      assert.equal(existsSync(join(inside, "stolen")), false);
    }

    describe("cannot be left", () => {
      const escapes = [
        "../secret.txt",
        "..",
        "../",
        "folder/../../secret.txt",
        "folder/deeper/../../../secret.txt",
        "./../secret.txt",
        "folder//..//..//secret.txt",
        "../inside/../secret.txt",
        "../other/new",
        "/etc/passwd",
        "/",
        "//secret.txt",
      ];
      for (const [name, operation] of Object.entries({ ...operations, ...entryOperations })) {
        it(`with ${name} on a path that leads out`, () => {
          for (const path of [...escapes, join(outside, "secret.txt"), join(inside, "file.txt")]) {
            assert.equal(
              codeOf(() => operation(path)),
              "not-permitted",
              path,
            );
          }
          assertNothingHappened();
        });
      }

      const links: Record<string, string> = {
        up: "../secret.txt",
        "up-folder": "..",
        absolute: "/etc/passwd",
        "absolute-inside": "@inside/file.txt",
        "folder/two-up": "../../secret.txt",
        chain: "chain-1",
        "chain-1": "folder/chain-2",
        "folder/chain-2": "../up",
        "through-folder": "up-folder/secret.txt",
        "slash-up": "..//secret.txt/",
        dangling: "../new.txt",
        "dangling-absolute": "@outside/new.txt",
      };

      function makeLinks(): void {
        for (const [path, target] of Object.entries(links)) {
          symlinkSync(target.replace("@inside", inside).replace("@outside", outside), join(inside, path));
        }
      }

      for (const [name, operation] of Object.entries(operations)) {
        it(`with ${name} through a link`, () => {
          makeLinks();
          for (const path of Object.keys(links))
            assert.equal(
              codeOf(() => operation(path)),
              "not-permitted",
              path,
            );
          for (const path of ["up-folder/secret.txt", "up-folder/other/secret.txt", "folder/../up-folder/new"]) {
            assert.equal(
              codeOf(() => operation(path)),
              "not-permitted",
              path,
            );
          }
          assertNothingHappened();
        });
      }

      for (const [name, operation] of Object.entries(entryOperations)) {
        it(`with ${name} through a link to a folder`, () => {
          makeLinks();
          for (const path of ["up-folder/secret.txt", "up-folder/other/new", "folder/../up-folder/new"]) {
            assert.equal(
              codeOf(() => operation(path)),
              "not-permitted",
              path,
            );
          }
          assertNothingHappened();
        });
      }

      it("with a slash behind a link", () => {
        symlinkSync("../other", join(inside, "link"));
        assert.equal(
          codeOf(() => root.statAt({}, "link/")),
          "not-permitted",
        );
        assert.equal(
          codeOf(() => root.openAt({}, "link/", { directory: true }, read)),
          "not-permitted",
        );
        assert.equal(
          codeOf(() => root.openAt({}, "link/.", {}, read)),
          "not-permitted",
        );
        assert.equal(
          codeOf(() => root.removeDirectoryAt("link/")),
          "not-directory",
        );
        assert.equal(
          codeOf(() => root.createDirectoryAt("link/")),
          "exist",
        );
        assert.equal(
          codeOf(() => root.renameAt("link/", root, "stolen")),
          "not-directory",
        );
        assertNothingHappened();
      });

      it("by links that the guest makes, or that it moves to where they lead out", () => {
        assert.equal(
          codeOf(() => root.symlinkAt("/etc", "made")),
          "not-permitted",
        );
        root.symlinkAt("../secret.txt", "folder/made");
        assert.equal(
          codeOf(() => root.openAt(follow, "folder/made", {}, read)),
          "no-entry",
        );
        root.renameAt("folder/made", root, "moved");
        assert.equal(
          codeOf(() => root.openAt(follow, "moved", {}, read)),
          "not-permitted",
        );
        assert.equal(
          codeOf(() => root.readlinkAt("folder")),
          "invalid",
        );
        assertNothingHappened();
      });

      it("from a folder in it: that one's own parent is out of reach too", () => {
        const folder = root.openAt({}, "folder", { directory: true }, read);
        assert.equal(
          codeOf(() => folder.openAt({}, "../file.txt", {}, read)),
          "not-permitted",
        );
        assert.equal(
          codeOf(() => folder.renameAt("nested.txt", folder, "../nested.txt")),
          "not-permitted",
        );
        assert.equal(text(folder.openAt({}, "nested.txt", {}, read).read(100n, 0n)[0]), "nested");
      });

      it("through a folder that becomes a link after it was opened", () => {
        const folder = root.openAt({}, "folder", { directory: true }, readOnlyFolder);
        renameSync(join(inside, "folder"), join(inside, "moved"));
        symlinkSync("../other", join(inside, "folder"));
        assert.notEqual(
          codeOf(() => folder.openAt({}, "secret.txt", {}, read)),
          "",
        );
        assert.notEqual(
          codeOf(() => folder.openAt({}, "../secret.txt", {}, read)),
          "",
        );
        assert.equal(
          codeOf(() => root.openAt(follow, "folder/secret.txt", {}, read)),
          "not-permitted",
        );
      });
    });

    it("goes round and round a loop of links no longer than 40 times", () => {
      symlinkSync("b", join(inside, "a"));
      symlinkSync("a", join(inside, "b"));
      symlinkSync("self/x", join(inside, "self"));
      assert.equal(
        codeOf(() => root.openAt(follow, "a", {}, read)),
        "loop",
      );
      assert.equal(
        codeOf(() => root.statAt({}, "self/y")),
        "loop",
      );
    });

    it("follows links inside", () => {
      symlinkSync("folder", join(inside, "to-folder"));
      symlinkSync("../file.txt", join(inside, "folder", "to-file"));
      symlinkSync("./to-folder/../to-folder/to-file", join(inside, "around"));
      assert.equal(text(root.openAt(follow, "around", {}, read).read(100n, 0n)[0]), "contents");
      assert.equal(text(root.openAt({}, "to-folder/nested.txt", {}, read).read(100n, 0n)[0]), "nested");
      assert.equal(root.readlinkAt("to-folder"), "folder");
      assert.equal(
        codeOf(() => root.openAt({}, "around", {}, read)),
        "loop",
      );
      assert.equal(root.statAt({}, "around").type, "symbolic-link");
      assert.equal(root.statAt(follow, "around").type, "regular-file");
      assert.equal(root.statAt({}, "to-folder/").type, "directory");
    });

    it("creates what a dangling link stands for", () => {
      symlinkSync("folder/made.txt", join(inside, "link"));
      root.openAt(follow, "link", create, readWrite).write(bytes("made"), 0n);
      assert.equal(readFileSync(join(inside, "folder", "made.txt"), "utf8"), "made");
      assert.equal(
        codeOf(() => root.openAt(follow, "link", { create: true, exclusive: true }, readWrite)),
        "exist",
      );
    });

    it("lists its entries", () => {
      symlinkSync("nowhere", join(inside, "link"));
      const listing = root.readDirectory();
      const entries = new Map<string, string>();
      for (let entry = listing.readDirectoryEntry(); entry !== undefined; entry = listing.readDirectoryEntry()) {
        entries.set(entry.name, entry.type);
      }
      assert.deepEqual([...entries].sort(), [
        ["file.txt", "regular-file"],
        ["folder", "directory"],
        ["link", "symbolic-link"],
      ]);
      assert.equal(listing.readDirectoryEntry(), undefined);
    });

    it("says so of a name that is no text", { skip: process.platform !== "linux" }, () => {
      writeFileSync(Buffer.concat([Buffer.from(`${inside}/folder/deeper/`), Buffer.of(0x66, 0xff)]), "");
      const listing = root.openAt({}, "folder/deeper", { directory: true }, read).readDirectory();
      assert.equal(
        codeOf(() => listing.readDirectoryEntry()),
        "illegal-byte-sequence",
      );
    });

    it("reads and writes files at any place", () => {
      const file = root.openAt({}, "new.txt", create, readWrite);
      assert.equal(file.write(bytes("hello"), 3n), 5n);
      assert.deepEqual(file.read(100n, 0n), [Buffer.from("\0\0\0hello"), true]);
      assert.deepEqual(file.read(2n, 3n), [Buffer.from("he"), false]);
      assert.deepEqual(file.read(0xffff_ffff_ffff_ffffn, 6n), [Buffer.from("lo"), true]);
      assert.deepEqual(file.read(1n, 100n), [Buffer.alloc(0), true]);
      assert.deepEqual(file.read(0n, 0n), [Buffer.alloc(0), false]);
      file.setSize(4n);
      assert.equal(file.stat().size, 4n);
      assert.equal(
        codeOf(() => file.read(1n, 0xffff_ffff_ffff_ffffn)),
        "invalid",
      );
      assert.equal(
        codeOf(() => file.write(bytes("x"), 1n << 60n)),
        "file-too-large",
      );
      assert.deepEqual(file.getFlags(), { read: true, write: true });
    });

    it("uses the memory of an answer again only for those who copy it", () => {
      const file = root.openAt({}, "file.txt", {}, read);
      const copying = { copiesAnswer: true } as CallContext;
      const kept = file.read(4n, 0n)[0];
      const first = file.read(4n, 0n, copying)[0];
      assert.equal(text(first), "cont");
      const second = file.read(3n, 4n, copying)[0];
      assert.equal(text(second), "ent");
      assert.equal(second.buffer, first.buffer);
      assert.equal(text(file.read(100n, 0n, copying)[0]), "contents");
      assert.equal(text(file.read(3n, 4n)[0]), "ent");
      assert.equal(text(kept), "cont");
    });

    it("keeps to how a file was opened", () => {
      const reading = root.openAt({}, "file.txt", {}, read);
      const writing = root.openAt({}, "file.txt", {}, { write: true });
      const neither = root.openAt({}, "file.txt", {}, {});
      assert.equal(
        codeOf(() => reading.write(bytes("x"), 0n)),
        "bad-descriptor",
      );
      assert.equal(
        codeOf(() => reading.setSize(0n)),
        "bad-descriptor",
      );
      assert.equal(
        codeOf(() => reading.appendViaStream()),
        "bad-descriptor",
      );
      assert.equal(
        codeOf(() => writing.read(1n, 0n)),
        "bad-descriptor",
      );
      assert.equal(
        codeOf(() => neither.readViaStream(0n)),
        "bad-descriptor",
      );
      assert.equal(
        codeOf(() => reading.readDirectory()),
        "not-directory",
      );
      assert.equal(
        codeOf(() => reading.statAt({}, "x")),
        "not-directory",
      );
      assert.equal(
        codeOf(() => root.read(1n, 0n)),
        "is-directory",
      );
    });

    it("opens as it was asked to", () => {
      assert.equal(
        codeOf(() => root.openAt({}, "missing", {}, read)),
        "no-entry",
      );
      assert.equal(
        codeOf(() => root.openAt({}, "", {}, read)),
        "no-entry",
      );
      assert.equal(
        codeOf(() => root.openAt({}, "zero\0byte", {}, read)),
        "invalid",
      );
      assert.equal(
        codeOf(() => root.openAt({}, "x".repeat(300), {}, read)),
        "name-too-long",
      );
      assert.equal(
        codeOf(() => root.openAt({}, "x/".repeat(3000), {}, read)),
        "name-too-long",
      );
      assert.equal(
        codeOf(() => root.openAt({}, "file.txt/x", {}, read)),
        "not-directory",
      );
      assert.equal(
        codeOf(() => root.openAt({}, "file.txt/", {}, read)),
        "not-directory",
      );
      assert.equal(
        codeOf(() => root.openAt({}, "file.txt", { directory: true }, read)),
        "not-directory",
      );
      assert.equal(
        codeOf(() => root.openAt({}, "folder", {}, readWrite)),
        "is-directory",
      );
      assert.equal(
        codeOf(() => root.openAt({}, "new/", create, readWrite)),
        "is-directory",
      );
      assert.equal(
        codeOf(() => root.openAt({}, "new", { create: true, directory: true }, read)),
        "invalid",
      );
      assert.equal(
        codeOf(() => root.openAt({}, "file.txt", { create: true, exclusive: true }, readWrite)),
        "exist",
      );
      assert.equal(root.openAt({}, "folder", {}, read).getType(), "directory");
      assert.equal(root.openAt({}, "folder/..", {}, read).isSameObject(root), true);
      assert.equal(root.openAt({}, ".", { directory: true }, read).isSameObject(root), true);
      root.openAt({}, "file.txt", { truncate: true }, readWrite);
      assert.equal(readFileSync(join(inside, "file.txt"), "utf8"), "");
    });

    it("makes, moves and removes entries", () => {
      root.createDirectoryAt("made/");
      assert.equal(
        codeOf(() => root.createDirectoryAt("made")),
        "exist",
      );
      root.renameAt("file.txt", root, "made/moved.txt");
      assert.equal(
        codeOf(() => root.removeDirectoryAt("made")),
        "not-empty",
      );
      assert.equal(
        codeOf(() => root.unlinkFileAt("made")),
        "is-directory",
      );
      assert.equal(
        codeOf(() => root.unlinkFileAt("made/")),
        "is-directory",
      );
      assert.equal(
        codeOf(() => root.removeDirectoryAt("made/moved.txt")),
        "not-directory",
      );
      assert.equal(
        codeOf(() => root.unlinkFileAt("made/moved.txt/")),
        "not-directory",
      );
      assert.equal(
        codeOf(() => root.renameAt("made/moved.txt", root, "new/")),
        "not-directory",
      );
      assert.equal(
        codeOf(() => root.removeDirectoryAt(".")),
        "invalid",
      );
      root.linkAt({}, "made/moved.txt", root, "linked");
      assert.equal(root.statAt({}, "linked").linkCount, 2n);
      assert.equal(
        codeOf(() => root.linkAt({}, "folder", root, "linked-folder")),
        "not-permitted",
      );
      assert.equal(
        codeOf(() => root.linkAt({}, "missing", root, "x")),
        "no-entry",
      );
      assert.equal(
        codeOf(() => root.linkAt({}, "linked", root, "made/moved.txt")),
        "exist",
      );
      root.unlinkFileAt("made/moved.txt");
      root.renameAt("made/", root, "renamed/");
      root.removeDirectoryAt("renamed/");
      root.symlinkAt("linked", "soft");
      assert.equal(readlinkSync(join(inside, "soft")), "linked");
      root.unlinkFileAt("soft");
      assert.deepEqual(readdirSync(inside).sort(), ["folder", "linked"]);
    });

    it("tells and sets times", () => {
      const timestamp = { tag: "timestamp", val: { seconds: 1_000_000_000n, nanoseconds: 500_000_000 } } as const;
      root.setTimesAt({}, "file.txt", { tag: "no-change" }, timestamp);
      assert.deepEqual(root.statAt({}, "file.txt").dataModificationTimestamp, timestamp.val);
      const file = root.openAt({}, "file.txt", {}, read);
      file.setTimes(timestamp, { tag: "no-change" });
      assert.deepEqual(file.stat().dataAccessTimestamp, timestamp.val);
      assert.deepEqual(file.stat().dataModificationTimestamp, timestamp.val);
      root.setTimes(timestamp, timestamp);
      assert.deepEqual(root.stat().dataAccessTimestamp, timestamp.val);
      const wrong = { tag: "timestamp", val: { seconds: 0n, nanoseconds: 1_000_000_000 } } as const;
      assert.equal(
        codeOf(() => file.setTimes(wrong, wrong)),
        "invalid",
      );
    });

    it("sets the times of a link, and not of what it leads to", () => {
      symlinkSync("../secret.txt", join(inside, "link"));
      const before = statSync(join(outside, "secret.txt")).mtimeMs;
      root.setTimesAt({}, "link", { tag: "now" }, { tag: "timestamp", val: { seconds: 5n, nanoseconds: 0 } });
      assert.equal(statSync(join(outside, "secret.txt")).mtimeMs, before);
      assert.equal(lstatSync(join(inside, "link")).mtimeMs, 5000);
    });

    it("knows files again, and sees that they changed", () => {
      linkSync(join(inside, "file.txt"), join(inside, "same.txt"));
      const file = root.openAt({}, "file.txt", {}, readWrite);
      assert.equal(file.isSameObject(root.openAt({}, "same.txt", {}, read)), true);
      assert.equal(file.isSameObject(root), false);
      const before = file.metadataHash();
      assert.deepEqual(root.metadataHashAt({}, "same.txt"), before);
      file.write(bytes("longer than before"), 0n);
      assert.notDeepEqual(file.metadataHash(), before);
    });

    it("streams files, also after their descriptor is dropped", async () => {
      const large = Buffer.alloc(200_000, "0123456789");
      const file = root.openAt({}, "large", create, readWrite);
      const output = file.writeViaStream(0n);
      for (let offset = 0; offset < large.length; offset += 4096) {
        await output.blockingWriteAndFlush(large.subarray(offset, offset + 4096));
      }
      const append = file.appendViaStream();
      await append.blockingWriteAndFlush(bytes("the end"));
      const input = file.readViaStream(5n);
      file[Symbol.dispose]();
      const chunks: Uint8Array[] = [];
      for await (const chunk of input.toStream()) chunks.push(chunk);
      assert.deepEqual(Buffer.concat(chunks), Buffer.concat([large.subarray(5), bytes("the end")]));
      for (const stream of [output, append, input]) stream[Symbol.dispose]();
    });

    it("streams files to those who copy, in memory that it uses again", async () => {
      const large = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 7919) >> 8));
      writeFileSync(join(inside, "large"), large);
      const input = root.openAt({}, "large", {}, read).readViaStream(0n);
      const copying = { copiesAnswer: true } as CallContext;
      const memories = new Set<ArrayBufferLike>();
      const copies: Buffer[] = [];
      for (let rest = large.length, round = 0; rest > 0; round++) {
        const len = BigInt(1 + ((round * 1_009) % 3_000));
        const chunk = await input.blockingRead(len, copying);
        memories.add(chunk.buffer);
        copies.push(Buffer.from(chunk));
        rest -= chunk.length;
      }
      assert.deepEqual(Buffer.concat(copies), large);
      assert.ok(memories.size < 5, `${memories.size} pieces of memory`);
    });

    it("appends from several streams without writing over anything", async () => {
      const file = root.openAt({}, "file.txt", {}, { write: true });
      const streams = [file.appendViaStream(), file.appendViaStream()];
      for (let round = 0; round < 10; round++) {
        for (const [index, stream] of streams.entries()) {
          stream.checkWrite();
          stream.write(bytes(String(index)));
        }
      }
      for (const stream of streams) await stream.blockingFlush();
      const appended = readFileSync(join(inside, "file.txt"), "utf8").slice("contents".length);
      assert.equal([...appended].sort().join(""), "0".repeat(10) + "1".repeat(10));
    });

    it("tells the code of a stream's failure", async () => {
      const [descriptor] = [root.openAt({}, "file.txt", {}, { write: true })];
      const output = descriptor.writeViaStream(BigInt(Number.MAX_SAFE_INTEGER));
      await assert.rejects(
        async () => output.blockingWriteAndFlush(bytes("x")),
        (error) => {
          const { payload } = error as { payload: { tag: string; val: IoError } };
          assert.equal(payload.val.details.filesystem, "file-too-large");
          return true;
        },
      );
    });

    it("waits for the disk when it is asked to", async () => {
      const file = root.openAt({}, "file.txt", {}, readWrite);
      await file.sync();
      await file.syncData();
      assert.equal(root.openAt({}, "file.txt", {}, read).sync(), undefined);
      assert.equal(root.sync(), undefined);
    });

    it("has room for as many descriptors as the limit says, and closes them all", () => {
      scope[Symbol.dispose]();
      const before = openDescriptors();
      scope = new Scope({ maxDescriptors: 3 });
      root = Descriptor.preopen(owner(), open(inside), false);
      const file = root.openAt({}, "file.txt", {}, read);
      root.readDirectory();
      assert.equal(
        codeOf(() => root.openAt({}, "folder", {}, read)),
        "quota",
      );
      assert.equal(
        codeOf(() => root.openAt({}, "new", create, readWrite)),
        "quota",
      );
      assert.equal(
        codeOf(() => root.readDirectory()),
        "quota",
      );
      assert.equal(existsSync(join(inside, "new")), false);
      file[Symbol.dispose]();
      root.openAt({}, "folder/../folder/deeper", {}, read);
      scope[Symbol.dispose]();
      assert.equal(openDescriptors(), before);
      assert.equal(scope.count("descriptors"), 0);
    });

    it("leaves no descriptor of the system open when a path fails", () => {
      const before = openDescriptors();
      for (const path of ["folder/deeper/missing/x", "folder/deeper/../../../x", "folder/deeper/missing"]) {
        codeOf(() => root.openAt(follow, path, {}, read));
      }
      root.statAt({}, "folder/deeper/..");
      assert.equal(openDescriptors(), before);
    });
  });

  if (kind.includes("descriptor")) {
    it("cannot be left while another process swaps its folders for links", async () => {
      const root = Descriptor.preopen(owner(), open(inside), false);
      const swapper = spawn(process.execPath, ["--input-type=module", "--eval", swapForever(inside)], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      try {
        await once(swapper.stdout, "data");
        let made = 0;
        let refused = 0;
        // Both have to be seen, however seldom the other process gets its turn.
        while (made < 200 || refused < 200) {
          codeOf(() => root.openAt(follow, "folder/secret.txt", {}, read));
          try {
            root.openAt(follow, "folder/made.txt", create, readWrite)[Symbol.dispose]();
            made++;
          } catch (error) {
            if (!isWitError(error)) throw error;
            refused++;
          }
        }
        assert.deepEqual(readdirSync(join(outside, "other")), ["secret.txt"]);
      } finally {
        swapper.kill();
        await once(swapper, "close");
      }
    });
  }

  describe(`a folder granted for reading, ${kind}`, () => {
    it("is read and not changed", () => {
      const root = Descriptor.preopen(owner(), open(inside), true);
      const writable = Descriptor.preopen(owner(), open(join(outside, "other")), false);
      const folder = root.openAt({}, "folder", { directory: true }, read);
      const file = root.openAt({}, "file.txt", {}, read);
      assert.equal(text(file.read(100n, 0n)[0]), "contents");
      assert.deepEqual(root.getFlags(), { read: true, mutateDirectory: false });
      const now = { tag: "now" } as const;
      const changes: (() => unknown)[] = [
        () => root.openAt({}, "file.txt", {}, readWrite),
        () => root.openAt({}, "file.txt", {}, { read: true, mutateDirectory: true }),
        () => root.openAt({}, "file.txt", { truncate: true }, read),
        () => root.openAt({}, "new.txt", create, read),
        () => folder.openAt({}, "nested.txt", {}, { write: true }),
        () => root.createDirectoryAt("x"),
        () => root.removeDirectoryAt("folder/deeper"),
        () => root.unlinkFileAt("file.txt"),
        () => root.renameAt("file.txt", root, "x"),
        () => root.renameAt("file.txt", writable, "x"),
        () => writable.renameAt("secret.txt", root, "x"),
        () => root.linkAt({}, "file.txt", writable, "x"),
        () => writable.linkAt({}, "secret.txt", root, "x"),
        () => root.symlinkAt("file.txt", "x"),
        () => root.setTimesAt({}, "file.txt", now, now),
        () => root.setTimes(now, now),
        () => file.setTimes(now, now),
      ];
      for (const change of changes) assert.equal(codeOf(change), "read-only", change.toString());
      assert.equal(
        codeOf(() => file.write(bytes("x"), 0n)),
        "bad-descriptor",
      );
      assert.deepEqual(readdirSync(inside).sort(), ["file.txt", "folder"]);
    });
  });
}

/** A program that puts a link in the place of a folder and back, as fast as it can. */
function swapForever(folder: string): string {
  return `
    import { renameSync, symlinkSync } from "node:fs";
    process.chdir(${JSON.stringify(folder)});
    symlinkSync("../other", "link");
    process.stdout.write("started");
    for (;;) {
      renameSync("folder", "aside");
      renameSync("link", "folder");
      renameSync("folder", "link");
      renameSync("aside", "folder");
    }`;
}

const readOnlyFolder: DescriptorFlags = { read: true };

/** How many descriptors this process has, where that can be known. */
function openDescriptors(): number {
  return existsSync("/proc/self/fd") ? readdirSync("/proc/self/fd").length : 0;
}
