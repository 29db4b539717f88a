import { WitError } from "@witwire/wit/values";
import type { Message } from "./generated/witwire-examples/chat/member.ts";
import type { Listener, Refusal, RoomHandler, SeatHandler } from "./generated/witwire-examples/chat/room.ts";

/** A room with a number of seats. Its members' listeners live where the members are: each message is a call to them. */
export function createRoom(seats: number): RoomHandler {
  const taken = new Map<string, Listener>();

  class Seat implements SeatHandler {
    readonly #name: string;

    constructor(name: string, listener: Listener) {
      this.#name = name;
      taken.set(name, listener);
    }

    async say(text: string): Promise<void> {
      await broadcast({ sender: this.#name, text });
    }

    members(): string[] {
      return [...taken.keys()];
    }

    /** The member has left, or was lost. */
    [Symbol.dispose](): void {
      const listener = taken.get(this.#name);
      taken.delete(this.#name);
      listener?.[Symbol.dispose]();
    }
  }

  /** A member who cannot be reached misses the message; that it is gone shows in its seat. */
  async function broadcast(message: Message): Promise<void> {
    await Promise.allSettled([...taken.values()].map((listener) => listener.receive(message, { timeout: 5000 })));
  }

  return {
    Seat,
    async join(name, listener) {
      if (taken.has(name)) throw new WitError<Refusal>("name-taken");
      if (taken.size >= seats) throw new WitError<Refusal>("full");
      return new Seat(name, listener);
    },
  };
}
