import type { ServedCallSetup, ServedProtocol } from "../call-listener.ts";
import { callSubject } from "../subjects.ts";
import type { ClientCall, ClientCallSetup } from "../transport.ts";
import { IncomingMessageCall } from "./incoming-call.ts";
import { OutgoingCall } from "./outgoing-call.ts";

/** Members of a group share calls. There is always one, since servers in none would all run every call. */
export const DEFAULT_GROUP = "witwire";

/** Calls in messages, as a client makes them. @param prefix of the subjects */
export function callsOf(prefix: string): (setup: ClientCallSetup) => ClientCall {
  return (setup) => {
    const target = { instance: setup.request.instance, name: setup.request.name };
    return new OutgoingCall({ ...setup, target, subject: callSubject(prefix, target) });
  };
}

/** Calls in messages, as a server takes them. @param prefix of the subjects */
export function servedCalls(prefix: string): ServedProtocol {
  return {
    subjectOf: (target) => callSubject(prefix, target),
    create: ({ host, ...setup }: ServedCallSetup) =>
      new IncomingMessageCall({ ...setup, host, limits: host.limits, timers: host.timers }),
  };
}
