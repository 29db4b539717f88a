import { RpcError } from "@witwire/rpc";
import { Stream } from "@witwire/wit/values";

/**
 * A stream that an instance gave out, and when nothing more will be taken out of it.
 *
 * @param gone fulfilled when the instance is no more, which breaks the stream
 */
export function tracked(
  inner: Stream<Uint8Array, Uint8Array>,
  gone: Promise<void>,
): [Stream<Uint8Array, Uint8Array>, Promise<void>] {
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
  let over = false;
  let broken: RpcError | undefined;
  const end = (): void => {
    over = true;
    settle();
  };
  gone.then(() => {
    if (over) return;
    broken = new RpcError("unavailable", "the component was shut down while its stream was read");
    inner.cancel(broken);
    end();
  });
  const next = async (): Promise<Uint8Array | undefined> => {
    try {
      const chunk = await inner.nextChunk();
      if (broken !== undefined) throw broken;
      if (chunk === undefined) end();
      return chunk;
    } catch (error) {
      end();
      throw error;
    }
  };
  const cancel = (reason: unknown): void => {
    inner.cancel(reason);
    end();
  };
  return [new Stream({ next, cancel }), settled];
}
