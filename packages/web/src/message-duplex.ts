import { type Duplex, type DuplexEvents, RpcError } from "@witwire/rpc";
import type { Peer } from "@witwire/wit/values";
import type { LinkEvents, MessageLink } from "./message-link.ts";
import { toMessages } from "./outgoing-messages.ts";

/** Bytes that wait to leave, beyond which `write` asks to wait. */
const HIGH_WATER_BYTES = 1024 * 1024;

/** Writes of one turn are gathered up to this many bytes, then sent without waiting for its end. */
const GATHER_BYTES = 64 * 1024;

/**
 * A byte stream over a medium of messages. Where a message begins and ends means nothing; what is written in one turn
 * leaves together.
 *
 * States: open -> over. It is over when both halves have ended and this side's end has left, or when it broke.
 */
export class MessageDuplex implements Duplex, LinkEvents {
  readonly peer: Peer;
  onDrain: (() => void) | undefined;
  readonly #link: MessageLink;
  readonly #maxHeldBytes: number;
  /** Absent before the start, and once it is over. */
  #events: DuplexEvents | undefined;
  #isConnected = false;
  #over = false;
  // Sending
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  /** Messages that wait for the connection. */
  #early: Uint8Array[] = [];
  #earlyBytes = 0;
  #flushScheduled = false;
  #writerWaits = false;
  /** `asked`: behind what was written. `sent`: the link has it. `left`: it tells so. */
  #end: "open" | "asked" | "sent" | "left" = "open";
  // Receiving
  #paused = false;
  /** Arrived while paused; `undefined` stands for the end. */
  #held: (Uint8Array | undefined)[] = [];
  #heldBytes = 0;
  #deliveryScheduled = false;
  #peerEnded = false;
  /** Whether the receiver knows that the peer has ended. */
  #toldEnd = false;

  /** @param maxHeldBytes what may arrive while reading is paused, for peers that cannot be held back or do not care */
  constructor(link: MessageLink, peer: Peer, maxHeldBytes: number) {
    this.#link = link;
    this.peer = peer;
    this.#maxHeldBytes = maxHeldBytes;
  }

  start(events: DuplexEvents): void {
    this.#events = events;
    this.#link.start(this);
  }

  pause(): void {
    if (this.#over || this.#paused) return;
    this.#paused = true;
    this.#link.hold();
  }

  resume(): void {
    if (this.#over || !this.#paused) return;
    this.#paused = false;
    if (this.#held.length > 0) this.#scheduleDelivery();
    else this.#link.release();
  }

  write(chunks: readonly Uint8Array[], apart = false): boolean {
    if (this.#over || this.#end !== "open") return true;
    if (apart) {
      this.#flush();
      for (const chunk of chunks) this.#send(toMessages([chunk], this.#link.handsOver));
    } else {
      for (const chunk of chunks) {
        this.#gathered.push(chunk);
        this.#gatheredBytes += chunk.length;
      }
      if (this.#gatheredBytes >= GATHER_BYTES) this.#flush();
      else this.#scheduleFlush();
    }
    return this.#mayWrite();
  }

  end(): void {
    if (this.#over || this.#end !== "open") return;
    this.#flush();
    this.#end = "asked";
    if (this.#isConnected) this.#sendEnd();
  }

  abort(): void {
    if (this.#over) return;
    this.#finish();
    this.#link.breakOff();
  }

  // What the link reports

  connected(): void {
    if (this.#over) return;
    this.#isConnected = true;
    const early = this.#early;
    this.#early = [];
    this.#earlyBytes = 0;
    this.#send(early);
    if (this.#end === "asked") this.#sendEnd();
    this.progressed();
  }

  received(bytes: Uint8Array): void {
    if (this.#over || bytes.length === 0) return;
    if (this.#peerEnded) this.#violated("the peer sent bytes behind its end");
    else this.#arrived(bytes);
    if (this.#heldBytes <= this.#maxHeldBytes) return;
    this.#fail(
      new RpcError(
        "resource-exhausted",
        `${this.#heldBytes} bytes arrived while nothing was read, more than may be kept (limit maxBufferedBytes): ` +
          "read faster, or use a session, whose peers wait to be asked for more",
      ),
    );
  }

  receivedEnd(): void {
    if (this.#over) return;
    if (this.#peerEnded) this.#violated("the peer ended twice");
    else {
      this.#peerEnded = true;
      this.#arrived(undefined);
    }
  }

  progressed(): void {
    if (this.#over || !this.#writerWaits) return;
    if (this.#backlog >= HIGH_WATER_BYTES / 2) {
      if (this.#isConnected) this.#link.watch();
      return;
    }
    this.#writerWaits = false;
    this.onDrain?.();
  }

  endLeft(): void {
    if (this.#over || this.#end === "left") return;
    this.#end = "left";
    this.#events?.flushed();
    this.#closeWhenDone();
  }

  lost(error: RpcError): void {
    if (this.#over) return;
    // Both sides have said all they had to say, so it does not matter how the medium went.
    if (this.#end === "sent" && this.#peerEnded) this.endLeft();
    else if (this.#end !== "left" || !this.#peerEnded) this.#fail(error);
  }

  get #backlog(): number {
    return this.#gatheredBytes + this.#earlyBytes + (this.#isConnected ? this.#link.backlog : 0);
  }

  /** Once a writer was asked to wait it is told when to go on, whatever others have written since. */
  #mayWrite(): boolean {
    if (!this.#writerWaits && this.#backlog >= HIGH_WATER_BYTES) {
      this.#writerWaits = true;
      if (this.#isConnected) this.#link.watch();
    }
    return !this.#writerWaits;
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    queueMicrotask(() => {
      this.#flushScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#over || this.#gatheredBytes === 0) return;
    const chunks = this.#gathered;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#send(toMessages(chunks, this.#link.handsOver));
  }

  #send(messages: readonly Uint8Array[]): void {
    for (const message of messages) {
      if (this.#isConnected) this.#link.send(message);
      else {
        this.#early.push(message);
        this.#earlyBytes += message.length;
      }
    }
  }

  #sendEnd(): void {
    this.#end = "sent";
    this.#link.sendEnd();
  }

  /** @param bytes `undefined` for the end */
  #arrived(bytes: Uint8Array | undefined): void {
    if (!this.#paused && this.#held.length === 0) {
      this.#deliver(bytes);
      return;
    }
    this.#held.push(bytes);
    this.#heldBytes += bytes?.length ?? 0;
  }

  #deliver(bytes: Uint8Array | undefined): void {
    if (bytes !== undefined) this.#events?.data(bytes);
    else {
      this.#toldEnd = true;
      this.#events?.end();
    }
    if (this.#over) return;
    this.#link.taken(bytes?.length ?? 0);
    this.#closeWhenDone();
  }

  /** Behind whatever happens now, so that resuming within an event does not bring the next one at once. */
  #scheduleDelivery(): void {
    if (this.#deliveryScheduled) return;
    this.#deliveryScheduled = true;
    queueMicrotask(() => {
      this.#deliveryScheduled = false;
      this.#deliverHeld();
    });
  }

  #deliverHeld(): void {
    let next = 0;
    while (!this.#over && !this.#paused && next < this.#held.length) {
      const bytes = this.#held[next++];
      this.#heldBytes -= bytes?.length ?? 0;
      this.#deliver(bytes);
    }
    this.#held.splice(0, next);
    if (!this.#over && !this.#paused && !this.#peerEnded) this.#link.release();
  }

  #closeWhenDone(): void {
    if (this.#over || this.#end !== "left" || !this.#toldEnd) return;
    this.#finish();
    this.#link.close();
  }

  #violated(what: string): void {
    this.#fail(new RpcError("protocol", what));
  }

  #fail(error: RpcError): void {
    const events = this.#events;
    this.#finish();
    this.#link.breakOff();
    events?.error(error);
  }

  #finish(): void {
    this.#over = true;
    this.#events = undefined;
    this.#gathered = [];
    this.#early = [];
    this.#held = [];
    this.#heldBytes = 0;
  }
}
