import { lookup } from "node:dns/promises";
import { sync, type WitError } from "@witwire/wit/values";
import { Pollable } from "../io/pollable.ts";
import { type Waitable, Waiters } from "../io/waitable.ts";
import type { Scope } from "../scope.ts";
import { type ErrorCode, errorCodeOf, socketError } from "./error-code.ts";
import { type IpAddress, parseAddress, standsForIpv4 } from "./ip-address.ts";

/** `wasi:sockets/ip-name-lookup` `resolve-address-stream`: the addresses of a name, in the order of the system. */
export class ResolveAddressStream implements Disposable, Waitable {
  readonly #scope: Scope;
  readonly #waiters = new Waiters();
  #addresses: IpAddress[] | undefined;
  #failure: WitError<ErrorCode> | undefined;

  /**
   * @param addresses of the name; see {@link lookUp}
   * @throws WasiLimitError where the guest has too many streams
   */
  constructor(scope: Scope, addresses: readonly IpAddress[] | Promise<readonly IpAddress[]>) {
    this.#scope = scope;
    scope.add("streams", this);
    if (!(addresses instanceof Promise)) {
      this.#addresses = [...addresses];
      return;
    }
    addresses.then(
      (found) => {
        this.#addresses = [...found];
        this.#waiters.wake();
      },
      (error: unknown) => {
        this.#failure = socketError(errorCodeOf(error, resolverErrors));
        this.#waiters.wake();
      },
    );
  }

  resolveNextAddress(): IpAddress | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#addresses === undefined) throw socketError("would-block");
    return this.#addresses.shift();
  }

  subscribe(): Pollable {
    return new Pollable(this.#scope, this);
  }

  isReady(): boolean {
    return this.#addresses !== undefined || this.#failure !== undefined;
  }

  onWake(wake: () => void): () => void {
    return this.#waiters.add(wake);
  }

  [Symbol.dispose](): void {
    this.#scope.delete("streams", this);
  }

  static {
    for (const method of [ResolveAddressStream.prototype.resolveNextAddress, ResolveAddressStream.prototype.subscribe])
      sync(method);
  }
}

/** Asks the system, on a thread of Node's. */
export async function lookUp(name: string): Promise<IpAddress[]> {
  const found = await lookup(name, { all: true, order: "verbatim" });
  return found.flatMap(({ address }) => {
    const parsed = parseAddress(address);
    return parsed === undefined || standsForIpv4(parsed) ? [] : [parsed];
  });
}

const resolverErrors: Readonly<Record<string, ErrorCode>> = {
  ENOMEM: "out-of-memory",
  ENOBUFS: "out-of-memory",
  ETIMEDOUT: "temporary-resolver-failure",
  // The name server does not answer.
  ECONNREFUSED: "temporary-resolver-failure",
};
