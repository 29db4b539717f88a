/** The least that one does over a WebSocket of `ws`. */
import { once } from "node:events";
import { WebSocket } from "ws";
import type { Person } from "../../session-call/person.ts";
import type { PeerClient } from "../peer-client.ts";

export async function connect(address: string): Promise<PeerClient> {
  const socket = new WebSocket(address, { perMessageDeflate: false });
  await once(socket, "open");
  const receivers = new Map<number, (value: Person | null) => void>();
  let last = 0;
  let receiveBytes: ((bytes: Uint8Array) => void) | undefined;
  socket.on("message", (message: Buffer, binary) => {
    if (binary) {
      receiveBytes?.(message);
      return;
    }
    const [id, value] = JSON.parse(String(message));
    receivers.get(id)?.(value);
  });
  const ask = (value: unknown, receive: (answer: Person | null) => void): number => {
    receivers.set(++last, receive);
    socket.send(JSON.stringify([last, value]));
    return last;
  };
  return {
    echo: (person) =>
      new Promise((resolve) => {
        const id = ask(person, (answer) => {
          receivers.delete(id);
          resolve(answer as Person);
        });
      }),
    people: (count, each) =>
      new Promise((resolve, reject) => {
        const id = ask({ people: count }, (answer) => {
          try {
            if (answer !== null) return each(answer);
            receivers.delete(id);
            resolve();
          } catch (error) {
            reject(error);
          }
        });
      }),
    bytes: (chunks, each) =>
      new Promise((resolve, reject) => {
        let rest = chunks;
        receiveBytes = (bytes) => {
          try {
            each(bytes);
            if (--rest === 0) resolve();
          } catch (error) {
            reject(error);
          }
        };
        ask({ bytes: chunks }, () => {});
      }),
    close: () => socket.close(),
  };
}
