import type { ComponentInstance, Imports, InstanceState } from "@witwire/component";
import type { ByteStreams } from "../types/byte-streams.ts";

/** What one instance is given that no other instance shares, such as its WASI. It is disposed after the instance. */
export interface InstanceImports extends Partial<AsyncDisposable> {
  readonly imports: Imports;
  /** Makes and takes apart the `wasi:io` streams of these imports, where they have any. */
  readonly streams?: ByteStreams | undefined;
}

/** A running component with what belongs to it. */
export class HostedInstance {
  readonly instance: ComponentInstance;
  /** What it was given for itself alone. */
  readonly own: InstanceImports | undefined;
  /** Fulfilled when it is being disposed. */
  readonly gone: Promise<void>;
  readonly #going: () => void;
  #disposed: Promise<void> | undefined;

  constructor(instance: ComponentInstance, own: InstanceImports | undefined) {
    this.instance = instance;
    this.own = own;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.gone = promise;
    this.#going = resolve;
  }

  get streams(): ByteStreams | undefined {
    return this.own?.streams;
  }

  get state(): InstanceState {
    return this.instance.state;
  }

  /** Ends calls inside it, frees its memory, then what it was given. Rejects with what that throws. */
  dispose(): Promise<void> {
    this.#disposed ??= (async () => {
      this.#going();
      try {
        this.instance[Symbol.dispose]();
      } finally {
        await this.own?.[Symbol.asyncDispose]?.();
      }
    })();
    return this.#disposed;
  }
}

/** Makes instances, all alike. */
export type InstanceSource = () => Promise<HostedInstance>;
