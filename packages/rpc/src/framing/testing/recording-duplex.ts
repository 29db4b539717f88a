import type { Peer } from "@witwire/wit/values";
import type { Duplex, DuplexEvents } from "../../transport/duplex.ts";

/** A byte stream that keeps what was written to it, write by write. */
export class RecordingDuplex implements Duplex {
  readonly peer: Peer = { transport: "test" };
  onDrain: (() => void) | undefined;
  events: DuplexEvents | undefined;
  readonly writes: Uint8Array[] = [];
  allApart = true;
  state: "open" | "ended" | "aborted" = "open";

  start(events: DuplexEvents): void {
    this.events = events;
  }
  pause(): void {}
  resume(): void {}
  write(chunks: readonly Uint8Array[], apart = false): boolean {
    this.writes.push(...chunks);
    this.allApart &&= apart;
    return true;
  }
  end(): void {
    this.state = "ended";
  }
  abort(): void {
    this.state = "aborted";
  }
}
