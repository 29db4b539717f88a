import { createMemoryDuplexPair, createPlainTransport, type Duplex, type InvocationTransport } from "@witwire/rpc";

/** A peer that answers with recorded bytes, whatever it is sent. */
export interface Playback {
  readonly transport: InvocationTransport;
  /** What it was sent, as hexadecimal text, a connection each. */
  readonly requests: string[];
}

/** @param responses hexadecimal text, one for each connection in their order */
export function playBack(responses: readonly string[]): Playback {
  const requests: string[] = [];
  const dial = (): Duplex => {
    const [ours, theirs] = createMemoryDuplexPair();
    void receive(theirs).then(({ bytes, broken }) => {
      // A call that was given up before it said anything reached no socket, so no response was recorded for it.
      if (broken) return;
      theirs.write([Buffer.from(responses[requests.push(bytes) - 1] ?? "", "hex")]);
      theirs.end();
    });
    return ours;
  };
  return { transport: createPlainTransport(dial), requests };
}

/** Sends recorded bytes over a byte stream, and gives what comes back until it ends or breaks. */
export async function send(duplex: Duplex, request: string): Promise<string> {
  const response = receive(duplex);
  duplex.write([Buffer.from(request, "hex")]);
  duplex.end();
  return (await response).bytes;
}

function receive(duplex: Duplex): Promise<{ readonly bytes: string; readonly broken: boolean }> {
  const chunks: Uint8Array[] = [];
  return new Promise((resolve) => {
    const finish = (broken: boolean): void => resolve({ bytes: Buffer.concat(chunks).toString("hex"), broken });
    duplex.start({
      data: (bytes) => chunks.push(bytes),
      end: () => finish(false),
      flushed: () => {},
      error: () => finish(true),
    });
  });
}
