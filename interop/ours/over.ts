import { connect as connectToNats, listen as listenOnNats } from "@witwire/nats";
import { connect, listen } from "@witwire/node";
import type { Compat, InvocationTransport, Server } from "@witwire/rpc";

const NATS = "wrpc+nats://";

/** A transport of plain wRPC to any address of a peer. */
export function connectTo(address: string, options: { readonly compat?: Compat }): InvocationTransport {
  return address.startsWith(NATS) ? connectToNats(address) : connect(address, options);
}

/** Listens at any address that a peer can call. */
export function listenOn(server: Server, address: string): Promise<{ readonly address: string } & AsyncDisposable> {
  return address.startsWith(NATS) ? listenOnNats(server, address) : listen(server, address);
}
