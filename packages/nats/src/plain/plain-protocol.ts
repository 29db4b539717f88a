import { isRpcError, RpcError } from "@witwire/rpc";
import type { ServedCall, ServedCallSetup, ServedProtocol } from "../call-listener.ts";
import { plainSubject } from "../subjects.ts";
import type { ClientCall, ClientCallSetup } from "../transport.ts";
import { IncomingInvocation } from "./incoming-invocation.ts";
import { OutgoingInvocation } from "./outgoing-invocation.ts";
import { type Headers, headerBytes } from "./plain-headers.ts";
import { failed } from "./plain-invocation.ts";

const noBytes = new Uint8Array(0);

/**
 * Plain wRPC, as a client makes calls.
 *
 * @param prefix of the subjects
 * @param readsOnce whether the server is one of those in Go
 */
export function plainCallsOf(prefix: string, readsOnce: boolean): (setup: ClientCallSetup) => ClientCall {
  return (setup) => new OutgoingInvocation({ ...setup, readsOnce, subject: plainSubject(prefix, setup.request) });
}

/** Plain wRPC, as a server takes calls. @param prefix of the subjects */
export function servedPlainCalls(prefix: string): ServedProtocol {
  return { subjectOf: (target) => plainSubject(prefix, target), create: createInvocation };
}

function createInvocation(setup: ServedCallSetup): ServedCall | undefined {
  const { host, target, message, client, connection } = setup;
  const headers = [...message.headers];
  const peer = { transport: "nats", address: client };
  const declared = tooMuch(setup, headers) ?? host.admit(target);
  if (!isRpcError(declared)) {
    const { limits, timers, care } = host;
    const readsOnce = care !== undefined;
    return new IncomingInvocation({ ...setup, headers, peer, declared, limits, timers, readsOnce });
  }
  // Some clients wait with everything else until their call is taken, so it is, and fails at once.
  connection.publish(client, noBytes, { reply: `${client}.refused` });
  connection.publish(`${client}.results`, noBytes, failed);
  host.refused(declared, peer, target);
  return undefined;
}

function tooMuch({ host, connection }: ServedCallSetup, headers: Headers): RpcError | undefined {
  const { maxMetadataBytes, maxBufferedBytes } = host.limits;
  if (headerBytes(headers) > maxMetadataBytes) {
    const message = `headers of ${headerBytes(headers)} bytes; there may be ${maxMetadataBytes} (limit maxMetadataBytes)`;
    return new RpcError("resource-exhausted", message, { started: "no" });
  }
  if (connection.budget.buffered < maxBufferedBytes) return undefined;
  const message = `${connection.budget.buffered} received bytes wait to be read (limit maxBufferedBytes)`;
  return new RpcError("resource-exhausted", message, { started: "no" });
}
