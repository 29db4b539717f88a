/** Key-value pairs that travel with a call, outside its parameters. Keys are lower-case ASCII. */
export type Metadata = Readonly<Record<string, string>>;

/** Who the other end has proved to be, with a certificate that this end has verified. */
export interface PeerIdentity {
  /** The subject of the certificate, for example `CN=alice,O=Example`; empty where it has none. */
  readonly subject: string;
  /** Its alternative names, each behind its kind: `dns:example.org`, `ip:::1`, `uri:spiffe://example.org/a`, `email:a@example.org`. */
  readonly names: readonly string[];
  /** SHA-256 of the certificate, in 64 lower-case hexadecimal digits. */
  readonly fingerprint: string;
}

/** Who is at the other end. */
export interface Peer {
  /** Which transport the call came over, for example `tcp`, `unix`, `memory`. */
  readonly transport: string;
  /** Printable address of the other end, where the transport has one. */
  readonly address?: string | undefined;
  /** Absent where the transport knows of no certificate, or the other end has shown none. */
  readonly identity?: PeerIdentity | undefined;
}

/** What a caller may say about one call: the argument after the last parameter. */
export interface CallOptions {
  /** Milliseconds until the call fails with `deadline-exceeded`. Default 30,000, to the result; one given here covers streams too. */
  readonly timeout?: number;
  /** Cancels the call when aborted. */
  readonly signal?: AbortSignal;
  /** Sent along where the transport can carry it. */
  readonly metadata?: Metadata;
}

/**
 * What an implementation learns about the call that it answers: the argument after the last parameter. It may be handed
 * on as the options of a further call, which then inherits signal and remaining time, never the incoming metadata.
 */
export interface CallContext {
  /** Aborted when the caller went away, cancelled, or ran out of time. */
  readonly signal: AbortSignal;
  /** Milliseconds that the caller still waits; `Infinity` when it set no limit or the transport cannot tell. */
  timeRemaining(): number;
  /** What the caller sent along. */
  readonly metadata: Metadata;
  readonly peer: Peer;
  /**
   * The caller copies what it is given before it calls anything else, so an answer may lie in memory that a later one
   * will use again. Components do. Default: `false`.
   */
  readonly copiesAnswer?: boolean;
}

/** Whether options are really the context of an incoming call that was handed on. */
export function isCallContext(value: CallOptions | CallContext): value is CallContext {
  return "timeRemaining" in value && typeof value.timeRemaining === "function";
}
