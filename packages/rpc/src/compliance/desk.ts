import { type CallContext, WitError } from "@witwire/wit/values";

/** What a server calls of a listener that a client passed. */
export interface RemoteListener extends Disposable {
  heard(what: string, context?: CallContext): Promise<number>;
  answer(): Promise<number>;
  follow(bytes: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>>;
  child(name: string): Promise<RemoteListener>;
  wait(context?: CallContext): Promise<void>;
}

/** A listener of a client, which counts itself. */
export class Listener {
  static disposed = 0;
  readonly name: string;
  readonly words: string[] = [];
  disposed = false;
  readonly contexts: CallContext[] = [];

  constructor(name = "listener") {
    this.name = name;
  }

  heard(what: string, context: CallContext): number {
    this.contexts.push(context);
    this.words.push(what);
    return this.words.length;
  }

  answer(): number {
    throw new WitError(`${this.name} does not answer`);
  }

  async *follow(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) yield chunk.map((byte) => byte + 1);
  }

  child(name: string): Listener {
    return new Listener(`${this.name}/${name}`);
  }

  wait({ signal }: CallContext): Promise<never> {
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  }

  [Symbol.dispose](): void {
    this.disposed = true;
    Listener.disposed++;
  }
}

/** A note of a server. */
export class Note {
  static live = 0;
  readonly #text: string;
  #disposed = false;

  constructor(text: string) {
    this.#text = text;
    Note.live++;
  }

  text(): string {
    return this.#text;
  }

  copy(): Note {
    return new Note(`${this.#text}'`);
  }

  tear(): Note {
    if (this.#text === "whole") throw new WitError("too thick");
    return new Note(this.#text.slice(1));
  }

  wait({ signal }: CallContext): Promise<never> {
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  }

  [Symbol.dispose](): void {
    if (!this.#disposed) Note.live--;
    this.#disposed = true;
  }
}

/** The server's side of the contract `desk`, and what it has been given. */
export class Desk {
  readonly kept: RemoteListener[] = [];
  readonly Note: typeof Note = Note;
  open: PromiseWithResolvers<void> = Promise.withResolvers();

  keep(listener: RemoteListener): number {
    return this.kept.push(listener) - 1;
  }

  say(index: number, what: string, context: CallContext): Promise<number> {
    return this.at(index).heard(what, context);
  }

  giveBack(index: number): RemoteListener {
    return this.at(index);
  }

  release(index: number): void {
    this.at(index)[Symbol.dispose]();
  }

  ask(listener: RemoteListener, what: string): Promise<number> {
    return listener.heard(what);
  }

  /** Keeps what was only lent. */
  askLater(listener: RemoteListener): void {
    this.kept.push(listener);
  }

  /** Gives away what was only lent. */
  adopt(listener: RemoteListener): RemoteListener {
    return listener;
  }

  echo(listener: RemoteListener): RemoteListener {
    return listener;
  }

  echoAll(listeners: RemoteListener[]): RemoteListener[] {
    return listeners;
  }

  passOn(listeners: AsyncIterable<RemoteListener>): AsyncIterable<RemoteListener> {
    return listeners;
  }

  later(listener: Promise<RemoteListener>): Promise<RemoteListener> {
    return listener;
  }

  read(note: Note): string {
    return note.text();
  }

  burn(note: Note): string {
    using burnt = note;
    return burnt.text();
  }

  /** Resolves once {@link Desk.open} does. */
  async slowNote(text: string, context: CallContext): Promise<Note> {
    const aborted = new Promise<never>((_, reject) =>
      context.signal.addEventListener("abort", () => reject(context.signal.reason)),
    );
    await Promise.race([this.open.promise, aborted]);
    return new Note(text);
  }

  oneOf(notes: Note[]): number {
    return notes.length;
  }

  both(): void {}

  async *notes(count: number): AsyncGenerator<Note> {
    for (let i = 0; i < count; i++) yield new Note(`note ${i}`);
  }

  noteList(count: number): Note[] {
    return Array.from({ length: count }, (_, i) => new Note(`note ${i}`));
  }

  async stuck(listener: RemoteListener, context: CallContext): Promise<void> {
    this.kept.push(listener);
    await new Promise((_, reject) => context.signal.addEventListener("abort", () => reject(context.signal.reason)));
  }

  refuse(listener: RemoteListener): number {
    listener[Symbol.dispose]();
    throw new WitError("no listeners today");
  }

  at(index: number): RemoteListener {
    const listener = this.kept[index];
    if (listener === undefined) throw new WitError(`nothing at ${index}`);
    return listener;
  }
}
