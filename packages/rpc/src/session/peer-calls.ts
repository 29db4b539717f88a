import type { PathPattern } from "@witwire/codec";
import { isRpcError, RpcError } from "../errors.ts";
import type { Header } from "../framing/header.ts";
import type { Arrived } from "../resources/connection-resources.ts";
import type { Path } from "../transport/invocation.ts";
import type { Cursor } from "./cursor.ts";
import { type HeadReader, type OpenHead, OpenReader } from "./open-reader.ts";
import type { OpenedCall, SessionConnection } from "./session-connection.ts";
import { SessionInvocation } from "./session-invocation.ts";
import { DataFlag } from "./wire.ts";
import { toWireFailure } from "./wire-failure.ts";

const ROOT: Path = [];

/** Answers what the peer of a connection calls. */
export interface CallAnswerer {
  /** The paths on which a function of this side takes streams and futures, or why it cannot be called. */
  declaredPaths(target: Header, connection: SessionConnection): readonly PathPattern[] | RpcError;
  /** A call has come, with the first bytes of its parameters. */
  opened(call: OpenedCall, connection: SessionConnection): void;
}

/** The calls that the peer of a connection opens: which are taken, and how many. */
export class PeerCalls implements HeadReader {
  readonly #connection: SessionConnection;
  readonly #answerer: CallAnswerer;
  readonly #heads: OpenReader;
  /** Calls of the peer, those included that only still run. */
  #count = 0;

  constructor(connection: SessionConnection, answerer: CallAnswerer) {
    this.#connection = connection;
    this.#answerer = answerer;
    this.#heads = new OpenReader(connection.limits);
  }

  read(id: number, cursor: Cursor, flags: number): OpenHead {
    return this.#heads.read(id, cursor, flags);
  }

  /**
   * The peer has opened a call.
   *
   * @param given the resources that its first bytes hold
   */
  open(head: OpenHead, bytes: Uint8Array, halfEnd: boolean, given: readonly Arrived[] | undefined): void {
    const connection = this.#connection;
    const { id, target } = head;
    // It was told that calls from some number on are not taken; one that comes all the same was under way.
    const declared = connection.isReady
      ? (this.#refusal(head) ?? this.#answerer.declaredPaths(target, connection))
      : undefined;
    if (given !== undefined && (declared === undefined || isRpcError(declared))) connection.resources?.letGo(given);
    if (declared === undefined) return;
    if (isRpcError(declared)) {
      this.tellFailure(id, declared);
      connection.owner.refused(declared, target, connection);
      return;
    }
    const invocation = new SessionInvocation(connection, id, declared);
    connection.adopt(invocation);
    this.#count++;
    if (given !== undefined) invocation.receiveHandles(ROOT, given);
    invocation.receive(ROOT, bytes, halfEnd ? DataFlag.halfEnd : 0);
    const deadline = performance.now() + head.timeout / 1000;
    this.#answerer.opened({ target, metadata: head.metadata, deadline, invocation }, connection);
    invocation.settle();
  }

  /** A call is over, as far as the connection is concerned. */
  over(invocation: SessionInvocation): void {
    if (!invocation.occupied) this.#count--;
  }

  /** The implementation of a call has come to its end. */
  vacate(invocation: SessionInvocation): void {
    if (!invocation.occupied) return;
    invocation.occupied = false;
    if (invocation.isOver) this.#count--;
  }

  /** Tells the peer that its call has failed. */
  tellFailure(id: number, error: RpcError): void {
    this.#connection.sender.tellFailure(id, toWireFailure(error));
  }

  /** Why a call is not taken, as far as the connection is concerned. */
  #refusal({ metadataBytes }: OpenHead): RpcError | undefined {
    const { limits, budget, resources } = this.#connection;
    const { maxInvocations, maxMetadataBytes, maxBufferedBytes } = limits;
    const crowded = resources?.crowded;
    if (crowded !== undefined) {
      this.#connection.countFutile();
      return crowded;
    }
    if (this.#count >= maxInvocations) {
      this.#connection.countFutile();
      return exhausted(`more than ${maxInvocations} calls at once on a connection (limit maxInvocations)`);
    }
    if (metadataBytes > maxMetadataBytes) {
      return exhausted(`metadata of ${metadataBytes} bytes; there may be ${maxMetadataBytes} (limit maxMetadataBytes)`);
    }
    if (budget.buffered >= maxBufferedBytes) {
      return exhausted(`${budget.buffered} received bytes wait to be read (limit maxBufferedBytes)`);
    }
    return undefined;
  }
}

function exhausted(message: string): RpcError {
  return new RpcError("resource-exhausted", message, { started: "no" });
}
