import {
  type BigIntStats,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  futimesSync,
  lstatSync,
  lutimesSync,
  readSync,
  writeSync,
} from "node:fs";
import { type CallContext, sync } from "@witwire/wit/values";
import { InputPipe } from "../io/input-pipe.ts";
import { InputStream } from "../io/input-stream.ts";
import { OutputPipe } from "../io/output-pipe.ts";
import { OutputStream } from "../io/output-stream.ts";
import {
  assertDirectory,
  createDirectory,
  link,
  placeOf,
  removeDirectory,
  rename,
  symlink,
  unlinkFile,
} from "./change-entries.ts";
import type { DescriptorFlags, OpenFlags, PathFlags } from "./descriptor-flags.ts";
import type { DescriptorOwner } from "./descriptor-owner.ts";
import type { Directory } from "./directory.ts";
import { DirectoryEntryStream } from "./directory-entry-stream.ts";
import { answering, fileError } from "./error-code.ts";
import { FileSink } from "./file-sink.ts";
import { FileSource } from "./file-source.ts";
import {
  type DescriptorStat,
  type DescriptorType,
  descriptorStat,
  descriptorType,
  type MetadataHashValue,
  metadataHash,
  type NewTimestamp,
  newTime,
} from "./metadata.ts";
import { type Opened, openAt } from "./open-at.ts";
import type { OpenFile } from "./open-file.ts";
import { isRooted, type ResolvedPath, readLink, resolvePath } from "./resolve-path.ts";

/**
 * `wasi:filesystem/types` `descriptor`: a file or a folder that is open. Paths lead from it downwards only. Every method that
 * fails throws a `WitError` with an `error-code`.
 */
export class Descriptor implements Disposable {
  readonly #owner: DescriptorOwner;
  readonly #opened: Opened;
  readonly #flags: DescriptorFlags;
  /** Whether nothing may be changed, as it came from a folder that was granted for reading. */
  readonly #readOnly: boolean;
  #dropped = false;

  /**
   * @param opened the descriptor's own, closed with it
   * @throws WitError `quota` where the guest has too many descriptors; what was opened is closed then
   */
  constructor(owner: DescriptorOwner, opened: Opened, flags: DescriptorFlags, readOnly: boolean) {
    this.#owner = owner;
    this.#opened = opened;
    this.#flags = flags;
    this.#readOnly = readOnly;
    if (owner.scope.isFull("descriptors")) {
      close(opened);
      throw fileError("quota");
    }
    owner.scope.add("descriptors", this);
  }

  /** A folder that a guest gets to begin with. */
  static preopen(owner: DescriptorOwner, directory: Directory, readOnly: boolean): Descriptor {
    return new Descriptor(owner, { tag: "directory", directory }, directoryFlags(readOnly), readOnly);
  }

  readViaStream(offset: bigint): InputStream {
    const file = this.#readable();
    const { scope } = this.#owner;
    assertOffset(offset, "invalid");
    return new InputStream(new InputPipe(new FileSource(file, offset, scope.synchronous)), { scope });
  }

  writeViaStream(offset: bigint): OutputStream {
    assertOffset(offset, "file-too-large");
    return this.#writeStream(offset);
  }

  appendViaStream(): OutputStream {
    return this.#writeStream("end");
  }

  /** Node cannot pass it on. */
  advise(_offset: bigint, _length: bigint, _advice: string): void {
    this.#file();
  }

  /** Waits for the disk, which may take long. */
  syncData(): Promise<void> | undefined {
    return this.#sync(fdatasync, fdatasyncSync);
  }

  getFlags(): DescriptorFlags {
    return this.#flags;
  }

  getType(): DescriptorType {
    return answering(() => descriptorType(this.#stats()));
  }

  setSize(size: bigint): void {
    const { fd } = this.#writable();
    assertOffset(size, "file-too-large");
    answering(() => ftruncateSync(fd, Number(size)));
  }

  setTimes(access: NewTimestamp, modification: NewTimestamp): void {
    if (this.#readOnly) throw fileError("read-only");
    answering(() => {
      const { atimeNs, mtimeNs } = this.#stats();
      const times = [newTime(access, atimeNs), newTime(modification, mtimeNs)] as const;
      if (this.#opened.tag === "file") futimesSync(this.#opened.file.fd, ...times);
      else lutimesSync(this.#opened.directory.entry("."), ...times);
    });
  }

  /** At most as much as the limit `maxReadBytes`; says whether the file ends there. */
  read(length: bigint, offset: bigint, context?: CallContext): [Uint8Array, boolean] {
    const { fd } = this.#readable();
    assertOffset(offset, "invalid");
    const most = this.#owner.scope.limits.maxReadBytes;
    const wanted = length > BigInt(most) ? most : Number(length);
    const { scratch } = this.#owner;
    // New memory for each answer costs several times what reading does.
    const reuses = context?.copiesAnswer === true && wanted <= scratch.length;
    const buffer = reuses ? scratch : Buffer.allocUnsafeSlow(wanted);
    return answering(() => {
      const count = wanted === 0 ? 0 : readSync(fd, buffer, 0, wanted, offset);
      const isEnd = wanted === 0 ? offset >= this.#stats().size : count < wanted;
      return [buffer.subarray(0, count), isEnd];
    });
  }

  write(buffer: Uint8Array, offset: bigint): bigint {
    const { fd } = this.#writable();
    assertOffset(offset, "file-too-large");
    return answering(() => BigInt(writeSync(fd, buffer, 0, buffer.length, Number(offset))));
  }

  readDirectory(): DirectoryEntryStream {
    const { scope } = this.#owner;
    const directory = this.#directory();
    if (scope.isFull("descriptors")) throw fileError("quota");
    return answering(() => new DirectoryEntryStream(scope, directory.enter(".")));
  }

  /** Waits for the disk, which may take long. */
  sync(): Promise<void> | undefined {
    return this.#sync(fsync, fsyncSync);
  }

  createDirectoryAt(path: string): void {
    const base = this.#changeable();
    answering(() => createDirectory(base, path));
  }

  stat(): DescriptorStat {
    return answering(() => descriptorStat(this.#stats()));
  }

  statAt(flags: PathFlags, path: string): DescriptorStat {
    return this.#at(flags, path, (_, stats) => descriptorStat(stats));
  }

  setTimesAt(flags: PathFlags, path: string, access: NewTimestamp, modification: NewTimestamp): void {
    this.#changeable();
    this.#at(flags, path, (resolved, { atimeNs, mtimeNs }) => {
      lutimesSync(placeOf(resolved), newTime(access, atimeNs), newTime(modification, mtimeNs));
    });
  }

  linkAt(flags: PathFlags, path: string, newDescriptor: Descriptor, newPath: string): void {
    const base = this.#changeable();
    const newBase = newDescriptor.#changeable();
    answering(() => link(base, path, follows(flags, path), newBase, newPath));
  }

  openAt(pathFlags: PathFlags, path: string, open: OpenFlags, flags: DescriptorFlags): Descriptor {
    const base = this.#directory();
    const changes = flags.write || flags.mutateDirectory || open.create || open.truncate;
    if (changes && this.#readOnly) throw fileError("read-only");
    if (this.#owner.scope.isFull("descriptors")) throw fileError("quota");
    const opened = answering(() => openAt(base, path, follows(pathFlags, path), open, flags));
    const { mutateDirectory: _, ...fileFlags } = flags;
    const granted = opened.tag === "file" ? fileFlags : directoryFlags(this.#readOnly);
    return new Descriptor(this.#owner, opened, granted, this.#readOnly);
  }

  readlinkAt(path: string): string {
    const base = this.#directory();
    return answering(() => {
      using resolved = resolvePath(base, path, path.endsWith("/"));
      const target = readLink(placeOf(resolved));
      if (isRooted(target)) throw fileError("not-permitted");
      return target;
    });
  }

  removeDirectoryAt(path: string): void {
    const base = this.#changeable();
    answering(() => removeDirectory(base, path));
  }

  renameAt(path: string, newDescriptor: Descriptor, newPath: string): void {
    const base = this.#changeable();
    const newBase = newDescriptor.#changeable();
    answering(() => rename(base, path, newBase, newPath));
  }

  symlinkAt(target: string, path: string): void {
    const base = this.#changeable();
    answering(() => symlink(target, base, path));
  }

  unlinkFileAt(path: string): void {
    const base = this.#changeable();
    answering(() => unlinkFile(base, path));
  }

  isSameObject(other: Descriptor): boolean {
    const [mine, its] = [this.#stats(), other.#stats()];
    return mine.dev === its.dev && mine.ino === its.ino;
  }

  metadataHash(): MetadataHashValue {
    return answering(() => metadataHash(this.#stats(), this.#owner.secret));
  }

  metadataHashAt(flags: PathFlags, path: string): MetadataHashValue {
    return this.#at(flags, path, (_, stats) => metadataHash(stats, this.#owner.secret));
  }

  /** Streams of the file stay open. */
  [Symbol.dispose](): void {
    if (this.#dropped) return;
    this.#dropped = true;
    this.#owner.scope.delete("descriptors", this);
    close(this.#opened);
  }

  /** Looks at what a path leads to. */
  #at<T>(flags: PathFlags, path: string, use: (resolved: ResolvedPath, stats: BigIntStats) => T): T {
    const base = this.#directory();
    return answering(() => {
      using resolved = resolvePath(base, path, follows(flags, path));
      if (resolved.mustBeDirectory) assertDirectory(resolved);
      return use(resolved, lstatSync(placeOf(resolved), { bigint: true }));
    });
  }

  #writeStream(position: bigint | "end"): OutputStream {
    const { scope } = this.#owner;
    const sink = new FileSink(this.#writable(), position, scope.synchronous);
    return new OutputStream(new OutputPipe(sink, scope.limits.maxBufferedBytes), { scope });
  }

  /** A file that was not opened for writing has nothing to wait for. */
  #sync(
    start: (fd: number, done: (error: Error | null) => void) => void,
    runNow: (fd: number) => void,
  ): Promise<void> | undefined {
    if (this.#opened.tag === "directory" || !this.#flags.write) return undefined;
    const { file } = this.#opened;
    if (this.#owner.scope.synchronous) return void answering(() => runNow(file.fd));
    file.retain();
    return new Promise<void>((resolve, reject) => {
      start(file.fd, (error) => {
        file.release();
        if (error === null) resolve();
        else reject(error);
      });
    }).then(undefined, (error) =>
      answering(() => {
        throw error;
      }),
    );
  }

  #stats(): BigIntStats {
    return this.#opened.tag === "file"
      ? fstatSync(this.#opened.file.fd, { bigint: true })
      : this.#opened.directory.stat();
  }

  #file(): OpenFile {
    if (this.#opened.tag === "directory") throw fileError("is-directory");
    return this.#opened.file;
  }

  #readable(): OpenFile {
    const file = this.#file();
    if (!this.#flags.read) throw fileError("bad-descriptor");
    return file;
  }

  #writable(): OpenFile {
    const file = this.#file();
    if (!this.#flags.write) throw fileError("bad-descriptor");
    return file;
  }

  #directory(): Directory {
    if (this.#opened.tag === "file") throw fileError("not-directory");
    return this.#opened.directory;
  }

  /** The folder, where its entries may be changed. */
  #changeable(): Directory {
    const directory = this.#directory();
    if (this.#readOnly) throw fileError("read-only");
    return directory;
  }

  static {
    const others = ["constructor", "sync", "syncData"];
    const members = Object.entries(Object.getOwnPropertyDescriptors(Descriptor.prototype));
    for (const [name, { value }] of members) if (!others.includes(name)) sync(value);
  }
}

/** What a folder says of itself; what is in it may be changed or not as a whole. */
function directoryFlags(readOnly: boolean): DescriptorFlags {
  return { read: true, mutateDirectory: !readOnly };
}

/** A slash behind a link means what it leads to. */
function follows(flags: PathFlags, path: string): boolean {
  return flags.symlinkFollow === true || path.endsWith("/");
}

/** Node counts bytes in numbers, and no file is larger than they can tell. */
function assertOffset(offset: bigint, otherwise: "invalid" | "file-too-large"): void {
  if (offset > BigInt(Number.MAX_SAFE_INTEGER)) throw fileError(otherwise);
}

function close(opened: Opened): void {
  if (opened.tag === "file") opened.file.release();
  else opened.directory.close();
}
