import { type Resolve, resolveAlias, type Type, typeDef } from "@witwire/wit/model";
import { isStream, remoteHandleOf, type Stream } from "@witwire/wit/values";
import { type OpaqueKind, printWave } from "@witwire/wit/wave";
import { toJsonValue } from "./json-value.ts";
import type { Terminal } from "./terminal.ts";

/** A stream or future inside a result, printed under a label of its own. */
interface Pending {
  readonly label: string;
  /** Absent where only JSON is wanted, which needs no types. */
  readonly type: Type | undefined;
  readonly value: unknown;
}

/**
 * Prints a result as it arrives. A value goes on one line. Streams and futures inside it are shown by a label there
 * (`stream-0`), and each of their elements follows on a line of its own behind that label. A result that is itself a
 * stream needs no label.
 */
export class ResultPrinter {
  readonly #resolve: Resolve;
  readonly #terminal: Terminal;
  readonly #json: boolean;
  #labels = 0;

  constructor(resolve: Resolve, terminal: Terminal, json: boolean) {
    this.#resolve = resolve;
    this.#terminal = terminal;
    this.#json = json;
  }

  /** Prints everything to the end of the last stream. */
  async print(type: Type, value: unknown): Promise<void> {
    if (isStream(value)) await this.#printStream({ label: "", type, value });
    else await this.#printValue("", type, value);
  }

  async #printValue(label: string, type: Type | undefined, value: unknown): Promise<void> {
    const pending: Pending[] = [];
    const text = this.#json || type === undefined ? this.#toJson(value, pending) : this.#toWave(type, value, pending);
    await this.#line(label, text);
    await Promise.all(
      pending.map((part) => (isStream(part.value) ? this.#printStream(part) : this.#printFuture(part))),
    );
  }

  async #printStream({ label, type, value }: Pending): Promise<void> {
    const element = this.#payload(type);
    for await (const item of value as Stream<unknown>) {
      if (item instanceof Uint8Array) await this.#line(label, `[${item.join(this.#json ? "," : ", ")}]`);
      else await this.#printPayload(label, element, item);
    }
  }

  async #printFuture({ label, type, value }: Pending): Promise<void> {
    await this.#printPayload(label, this.#payload(type), await value);
  }

  async #printPayload(label: string, type: Type | undefined, value: unknown): Promise<void> {
    if (type === undefined && !this.#json) await this.#line(label, "()");
    else await this.#printValue(label, type, value);
  }

  #toWave(type: Type, value: unknown, pending: Pending[]): string {
    const opaque = (kind: OpaqueKind, partType: Type, part: unknown): string =>
      kind === "stream" || kind === "future" ? this.#label(kind, partType, part, pending) : handleText(part);
    return printWave(this.#resolve, type, value, { opaque });
  }

  #toJson(value: unknown, pending: Pending[]): string {
    const replace = (part: object): unknown => {
      if (isStream(part)) return this.#label("stream", undefined, part, pending);
      if (part instanceof Promise) return this.#label("future", undefined, part, pending);
      return remoteHandleOf(part) === undefined ? undefined : handleText(part);
    };
    return JSON.stringify(toJsonValue(value, replace));
  }

  #label(kind: "stream" | "future", type: Type | undefined, value: unknown, pending: Pending[]): string {
    const label = `${kind}-${this.#labels++}`;
    pending.push({ label, type, value });
    return label;
  }

  /** What a stream or future carries. */
  #payload(type: Type | undefined): Type | undefined {
    if (typeof type !== "number") return undefined;
    const { kind } = typeDef(this.#resolve, resolveAlias(this.#resolve, type));
    return kind.tag === "stream" || kind.tag === "future" ? kind.type : undefined;
  }

  #line(label: string, text: string): Promise<void> {
    if (!this.#json) return this.#terminal.out(label === "" ? `${text}\n` : `${label}: ${text}\n`);
    return this.#terminal.out(label === "" ? `${text}\n` : `{"${label}":${text}}\n`);
  }
}

/** A handle means something to its server only; it is shown so that two of them can be told apart. */
function handleText(value: unknown): string {
  const handle = remoteHandleOf(value);
  if (handle === undefined) return "error-context";
  const name = handle.type.slice(handle.type.lastIndexOf("#") + 1);
  return `${name}#${Array.from(handle.bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
