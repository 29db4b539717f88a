import { RpcError } from "@witwire/rpc";
import type { Header } from "@witwire/rpc/internal";

/** Subjects with a reply subject have to fit into one line of the protocol of NATS, 4,096 bytes. */
const MAX_SUBJECT = 3072;

/**
 * The subject of a function in plain wRPC; docs/protocol.md, "Plain wRPC over NATS".
 *
 * @throws RpcError `invalid-argument` for names that subjects cannot have
 */
export function plainSubject(prefix: string, { instance, name }: Header): string {
  const subject = [prefix, "wrpc.0.0.1", instance, name].filter((part) => part !== "").join(".");
  if (name === "" || !subject.split(".").every((token) => /^[!-)+-=?-~\u0080-\uffff]+$/.test(token))) {
    throw new RpcError(
      "invalid-argument",
      `the function "${name}" of "${instance}" has a name that plain wRPC over NATS has no subject for`,
      { started: "no" },
    );
  }
  return checkLength(subject);
}

/**
 * The subject of a function of calls in messages; docs/protocol.md, "Calls in messages".
 *
 * @throws RpcError `invalid-argument` for names that are too long
 */
export function callSubject(prefix: string, { instance, name }: Header): string {
  const own = `witwire.1.${encodeToken(instance)}.${encodeToken(name)}`;
  return checkLength(prefix === "" ? own : `${prefix}.${own}`);
}

/** Any name as one token: names of WIT are readable, and no two names are the same token. */
function encodeToken(name: string): string {
  if (name === "") return "%";
  return name.replace(/[^A-Za-z0-9:/@+-]/gu, (character) => {
    if (character === ".") return "_";
    return Array.from(encoder.encode(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(
      "",
    );
  });
}

const encoder = new TextEncoder();

function checkLength(subject: string): string {
  if (subject.length <= MAX_SUBJECT && encoder.encode(subject).length <= MAX_SUBJECT) return subject;
  throw new RpcError("invalid-argument", `a subject of more than ${MAX_SUBJECT} bytes is too long for NATS`, {
    started: "no",
  });
}
