import type { Lifting, Lowering, ResourceRef, StreamCodec, ValueCodec } from "../codec.ts";

/** What an encoder said of one stream or future. */
export interface Sent {
  readonly kind: "stream" | "future";
  readonly path: readonly number[];
  readonly value: unknown;
}

/** A lowering that takes handles as they are and notes the streams and futures that would have to be sent. */
export class RecordingLowering implements Lowering {
  readonly path: number[];
  readonly sent: Sent[] = [];

  constructor(path: readonly number[] = []) {
    this.path = [...path];
  }

  own(_resource: ResourceRef, value: unknown): Uint8Array {
    return value as Uint8Array;
  }

  borrow(_resource: ResourceRef, value: unknown): Uint8Array {
    return value as Uint8Array;
  }

  stream(_element: StreamCodec, value: unknown): void {
    this.sent.push({ kind: "stream", path: [...this.path], value });
  }

  future(_payload: ValueCodec | undefined, value: unknown): void {
    this.sent.push({ kind: "future", path: [...this.path], value });
  }
}

/** A stream or future that a decoder met: pending at a path, or ready with its elements or its value. */
export type Lifted =
  | { readonly kind: "stream"; readonly path: readonly number[]; readonly ready?: unknown }
  | { readonly kind: "future"; readonly path: readonly number[]; readonly ready?: { readonly value: unknown } };

/** A lifting that gives handles as they are and says where streams and futures were met. */
export class RecordingLifting implements Lifting {
  readonly path: number[];
  /** Names of the resources whose handles were met, in order, with `own` or `borrow`. */
  readonly handles: string[] = [];

  constructor(path: readonly number[] = []) {
    this.path = [...path];
  }

  own(resource: ResourceRef, handle: Uint8Array): unknown {
    this.handles.push(`own ${resource.key}`);
    return handle;
  }

  borrow(resource: ResourceRef, handle: Uint8Array): unknown {
    this.handles.push(`borrow ${resource.key}`);
    return handle;
  }

  stream(_element: StreamCodec, ready?: unknown): Lifted {
    return { kind: "stream", path: [...this.path], ...(ready === undefined ? {} : { ready }) };
  }

  future(_payload: ValueCodec | undefined, ready?: { readonly value: unknown }): Lifted {
    return { kind: "future", path: [...this.path], ...(ready === undefined ? {} : { ready }) };
  }
}
