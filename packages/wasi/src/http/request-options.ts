import { sync } from "@witwire/wit/values";

/** Nanoseconds, where the guest says nothing: ten minutes. */
const defaultTimeout = 600_000_000_000n;
/** Milliseconds of the phases of a request. */
export interface RequestTimeouts {
  readonly connect: number;
  readonly firstByte: number;
  readonly betweenBytes: number;
}

/** `wasi:http/types` `request-options`. All timeouts are in nanoseconds, and all are honoured. */
export class RequestOptions {
  #connect: bigint | undefined;
  #firstByte: bigint | undefined;
  #betweenBytes: bigint | undefined;

  connectTimeout(): bigint | undefined {
    return this.#connect;
  }

  setConnectTimeout(duration: bigint | undefined): void {
    this.#connect = duration;
  }

  firstByteTimeout(): bigint | undefined {
    return this.#firstByte;
  }

  setFirstByteTimeout(duration: bigint | undefined): void {
    this.#firstByte = duration;
  }

  betweenBytesTimeout(): bigint | undefined {
    return this.#betweenBytes;
  }

  setBetweenBytesTimeout(duration: bigint | undefined): void {
    this.#betweenBytes = duration;
  }

  static timeoutsOf(options: RequestOptions | undefined): RequestTimeouts {
    return {
      connect: toMilliseconds(options?.connectTimeout()),
      firstByte: toMilliseconds(options?.firstByteTimeout()),
      betweenBytes: toMilliseconds(options?.betweenBytesTimeout()),
    };
  }

  static {
    const { connectTimeout, setConnectTimeout, firstByteTimeout, setFirstByteTimeout } = RequestOptions.prototype;
    const { betweenBytesTimeout, setBetweenBytesTimeout } = RequestOptions.prototype;
    for (const method of [connectTimeout, firstByteTimeout, betweenBytesTimeout]) sync(method);
    for (const method of [setConnectTimeout, setFirstByteTimeout, setBetweenBytesTimeout]) sync(method);
  }
}

function toMilliseconds(nanoseconds: bigint = defaultTimeout): number {
  return Number((nanoseconds + 999_999n) / 1_000_000n);
}
