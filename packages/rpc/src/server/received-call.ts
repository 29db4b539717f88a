import type { Metadata } from "@witwire/wit/values";
import type { Header } from "../framing/header.ts";
import type { Invocation } from "../transport/invocation.ts";
import type { FunctionSource, IncomingCall } from "./call-host.ts";

/**
 * A call that has come. Not an object literal: those that live as long as calls do V8 makes in old memory after a while,
 * and there each keeps everything that belongs to its call until the next full collection.
 */
export class ReceivedCall implements IncomingCall {
  readonly header: Header;
  readonly invocation: Invocation;
  readonly metadata: Metadata;
  readonly deadline: number;
  more?: FunctionSource;

  constructor(header: Header, invocation: Invocation, metadata: Metadata, deadline: number) {
    this.header = header;
    this.invocation = invocation;
    this.metadata = metadata;
    this.deadline = deadline;
  }

  onIdle(): void {}
}
