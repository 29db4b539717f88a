import type { RpcError } from "@witwire/rpc";
import type { BrokerMessage } from "./broker.ts";

/** What takes the messages to one token below an inbox: a call, as either side has it. */
export interface Receiver {
  /** @param rest of the subject, behind the token: empty, or `.results.0` */
  receive(rest: string, message: BrokerMessage): void;
  /** What was sent to a subject is not allowed there. */
  refused(subject: string, error: Error): void;
  /** The connection is lost. */
  lost(error: RpcError): void;
  /** Received bytes that nobody has read. */
  readonly countedBytes: number;
  /** Too many bytes wait on the connection, and most of them here. */
  relieve(error: RpcError): void;
}
