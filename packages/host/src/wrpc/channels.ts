import { type IncomingPath, RpcError } from "@witwire/rpc";
import { Stream, sync, WitError } from "@witwire/wit/values";
import type { GuestInvocation } from "./guest-invocation.ts";
import { RemoteError } from "./remote-error.ts";

/** Numbers in a path. */
const MAX_DEPTH = 64;

/** One path of a call, in one direction. */
class Channel implements Disposable {
  protected readonly call: GuestInvocation;
  protected readonly path: readonly number[];
  protected readonly release: () => void;
  protected taken = false;

  constructor(call: GuestInvocation, half: "outgoing" | "incoming", path: readonly number[]) {
    this.call = call;
    this.path = path;
    this.release = call.hold(half);
  }

  /** @throws WitError for a path that is too long */
  protected below(more: Iterable<number>): readonly number[] {
    const path = [...this.path, ...more];
    if (path.length <= MAX_DEPTH) return path;
    throw new WitError(new RemoteError(new RpcError("invalid-argument", `a path has at most ${MAX_DEPTH} numbers`)));
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/** `wrpc:rpc/transport` `outgoing-channel`: a path on which the guest sends bytes. */
export class OutgoingChannel extends Channel {
  constructor(call: GuestInvocation, path: readonly number[] = []) {
    super(call, "outgoing", path);
  }

  /** The stream; `undefined` where it was taken before. */
  data(): object | undefined {
    if (this.taken) return undefined;
    this.taken = true;
    const { path, call } = this;
    const { invocation } = call;
    const release = call.hold("outgoing");
    return call.streams.toOutputStream({
      write: (bytes) => (invocation.write(path, bytes) ? undefined : invocation.drained(path)),
      flush: () => invocation.drained(path),
      end() {
        if (path.length > 0) invocation.endPath(path);
        release();
      },
      abort: release,
    });
  }

  index(path: Iterable<number>): OutgoingChannel {
    return new OutgoingChannel(this.call, this.below(path));
  }

  static {
    sync(OutgoingChannel.prototype.data);
    sync(OutgoingChannel.prototype.index);
  }
}

/** `wrpc:rpc/transport` `incoming-channel`: a path on which the guest receives bytes. */
export class IncomingChannel extends Channel {
  constructor(call: GuestInvocation, path: readonly number[] = []) {
    super(call, "incoming", path);
  }

  /** The stream; `undefined` where it was taken before. */
  data(): object | undefined {
    if (this.taken) return undefined;
    this.taken = true;
    const { path, call } = this;
    return call.streams.toInputStream(received(call.invocation.incoming(path), call.hold("incoming")));
  }

  index(path: Iterable<number>): IncomingChannel {
    return new IncomingChannel(this.call, this.below(path));
  }

  static {
    sync(IncomingChannel.prototype.data);
    sync(IncomingChannel.prototype.index);
  }
}

/** The bytes of a path. @param release called when nothing more will be read */
function received(incoming: IncomingPath, release: () => void): Stream<Uint8Array, Uint8Array> {
  const next = (): Uint8Array | undefined | Promise<Uint8Array | undefined> => {
    for (let bytes = incoming.read(); bytes !== undefined; bytes = incoming.read()) if (bytes.length > 0) return bytes;
    if (incoming.error === undefined && !incoming.ended) {
      return new Promise<void>((resolve) => incoming.whenReadable(resolve, true)).then(next);
    }
    release();
    if (incoming.error !== undefined) throw incoming.error;
    return undefined;
  };
  return new Stream({
    next,
    cancel() {
      incoming.discard();
      release();
    },
  });
}
