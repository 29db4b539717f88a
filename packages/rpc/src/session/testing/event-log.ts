import { toHex } from "../../compliance/wire-bytes.ts";
import type { Path } from "../../transport/invocation.ts";
import type { Cursor } from "../cursor.ts";
import type { FrameSink, WireFailure } from "../frame-reader.ts";
import type { OpenHead } from "../open-reader.ts";
import { DataFlag } from "../wire.ts";

/** Writes down what frames say. */
export class EventLog implements FrameSink {
  readonly events: string[] = [];

  /** The same with the pieces of each frame's data put together. */
  get joined(): string[] {
    const joined: string[] = [];
    for (const event of this.events) {
      const last = joined.at(-1) ?? "";
      const [, head, tail] = /^data (\d+ \[[\d,]*\]) (.*)$/.exec(event) ?? [];
      const isOpen = head?.endsWith("[]") === true && last.startsWith(`open ${head.slice(0, -3)} `);
      const goesOn = isOpen || (head !== undefined && last.startsWith(`data ${head} `));
      if (goesOn && !/ (halfEnd|pathEnd)$/.test(last)) joined[joined.length - 1] = last + tail;
      else joined.push(event);
    }
    return joined;
  }

  onSettings(cursor: Cursor): void {
    let text = "settings";
    while (cursor.at < cursor.end) text += ` ${cursor.varint()}=${cursor.varint()}`;
    this.events.push(text);
  }

  onOpen({ id, target, timeout, metadata }: OpenHead, bytes: Uint8Array, halfEnd: boolean): void {
    const { instance, name } = target;
    const said = `open ${id} ${instance} ${name} ${timeout} ${JSON.stringify(metadata)} ${toHex(bytes)}`;
    this.events.push(said + (halfEnd ? " halfEnd" : ""));
  }

  onData(id: number, path: Path, bytes: Uint8Array, flags: number): void {
    const end = (flags & DataFlag.halfEnd) !== 0 ? " halfEnd" : (flags & DataFlag.pathEnd) !== 0 ? " pathEnd" : "";
    this.events.push(`data ${id} [${path.join()}] ${toHex(bytes)}${end}`);
  }

  onFailure(id: number, { code, started, retryable, message }: WireFailure): void {
    this.events.push(`failure ${id} ${code} ${started} ${retryable} ${message}`);
  }

  onCancel(id: number, code: string): void {
    this.events.push(`cancel ${id} ${code}`);
  }

  onCredit(id: number, path: Path, bytes: number): void {
    this.events.push(`credit ${id} [${path.join()}] ${bytes}`);
  }

  onStop(id: number, path: Path): void {
    this.events.push(`stop ${id} [${path.join()}]`);
  }

  onPing(bytes: Uint8Array, ack: boolean): void {
    this.events.push(`ping ${toHex(bytes)}${ack ? " ack" : ""}`);
  }

  onGoAway(lastId: number, code: string, message: string): void {
    this.events.push(`goAway ${lastId} ${code} ${message}`);
  }

  onDrop(numbers: readonly number[]): void {
    this.events.push(`drop ${numbers.join()}`);
  }

  onGive(handles: readonly number[]): void {
    this.events.push(`give ${handles.join()}`);
  }
}
