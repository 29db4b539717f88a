/** The least that Node can do over one connection. */
import { once } from "node:events";
import { createConnection } from "node:net";
import { MessageSender, receiveMessages } from "../../session-call/floor-protocol.ts";
import type { Person } from "../../session-call/person.ts";
import type { PeerClient } from "../peer-client.ts";
import { CHUNK_BYTES } from "../streamed.ts";

export async function connect(address: string): Promise<PeerClient> {
  const target = { host: "127.0.0.1", port: Number(address), noDelay: true };
  const socket = createConnection(target);
  await once(socket, "connect");
  const sender = new MessageSender(socket);
  const receivers = new Map<number, (value: unknown) => void>();
  let last = 0;
  receiveMessages(socket, (id, value) => receivers.get(id)?.(value));
  const ask = (value: unknown, receive: (answer: unknown, done: () => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const done = (): void => {
        receivers.delete(id);
        resolve();
      };
      receivers.set(id, (answer) => {
        try {
          receive(answer, done);
        } catch (error) {
          reject(error);
        }
      });
      sender.send(id, value);
    });
  return {
    async echo(person) {
      let echoed: unknown;
      await ask(person, (answer, done) => {
        echoed = answer;
        done();
      });
      return echoed as Person;
    },
    people: (count, each) =>
      ask(["people", count], (answer, done) => (answer === null ? done() : each(answer as Person))),
    async bytes(chunks, each) {
      // Bare bytes, so on a connection of their own.
      const bytes = createConnection(target);
      new MessageSender(bytes).send(0, ["bytes", chunks]);
      let rest = chunks * CHUNK_BYTES;
      for await (const chunk of bytes) {
        each(chunk);
        rest -= chunk.length;
        if (rest <= 0) break;
      }
    },
    close: () => void socket.destroy(),
  };
}
