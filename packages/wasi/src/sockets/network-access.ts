import { HostPattern, namePattern, normalizeName } from "./host-pattern.ts";
import { formatAddress, type IpAddress } from "./ip-address.ts";
import { type IpSocketAddress, ipOf } from "./socket-address.ts";

export type Protocol = "tcp" | "udp";

/**
 * Which addresses and ports: all that the host can use (`"inherit"`), those that match one of some patterns (see
 * {@link HostPattern}), or those that a function allows. The function gets an address, never a name.
 */
export type AddressPermission =
  | "inherit"
  | readonly string[]
  | ((address: string, port: number, protocol: Protocol) => boolean);

/** Which names: all (`"inherit"`), those that match one of some patterns (`example.com`, `*.example.com`, `*`), or those that a function allows. */
export type NamePermission = "inherit" | readonly string[] | ((name: string) => boolean);

/** What a guest may do with sockets; what is left out, it may not. */
export interface NetworkPermissions {
  /**
   * Where it may connect and send datagrams to. A socket knows addresses only, so a pattern with a name allows the
   * addresses that a lookup of this name gave to this very instance: whoever runs the name decides which these are.
   */
  readonly connect?: AddressPermission;
  /**
   * What it may bind to, to be reached there; patterns are of addresses. Port 0, for a port that the system chooses, must
   * be allowed as such: `127.0.0.1:*` does. Who may connect, may also bind to port 0 without this, and is not
   * reached there but by those to whom it may connect.
   */
  readonly listen?: AddressPermission;
  /** Which names it may look up. Default: the names in the patterns of `connect`; all for `connect: "inherit"`. */
  readonly lookup?: NamePermission;
}

/** Sockets and lookups of names that a guest is granted. */
export interface NetworkOptions {
  /** Default: no network at all. `"inherit"`: all that the host can do. */
  readonly network?: "inherit" | NetworkPermissions;
}

/** Addresses of one instance's lookups that are kept, to be compared with patterns of names. */
const mostLookedUp = 4_096;

/** Decides for one instance. */
export class NetworkAccess {
  /** Whether there is a network at all. */
  readonly exists: boolean;
  readonly #connect: (address: IpAddress, port: number, protocol: Protocol) => boolean;
  readonly #listen: (address: IpAddress, port: number, protocol: Protocol) => boolean;
  readonly #lookup: (name: string) => boolean;
  readonly #connects: boolean;
  /** Under which names addresses were found. */
  readonly #namesOf = new Map<string, Set<string>>();

  /** @throws TypeError for what is no pattern */
  constructor({ network }: NetworkOptions) {
    const permissions: NetworkPermissions =
      network === "inherit" ? { connect: "inherit", listen: "inherit", lookup: "inherit" } : (network ?? {});
    const { connect, listen, lookup = impliedNames(connect) } = permissions;
    this.exists = network !== undefined;
    this.#connects = connect !== undefined && (typeof connect !== "object" || connect.length > 0);
    this.#connect = addressTest(connect, (address) => this.#namesOf.get(formatAddress(address)));
    this.#listen = addressTest(addressesOnly(listen), () => undefined);
    this.#lookup = nameTest(lookup);
  }

  mayConnect(address: IpSocketAddress, protocol: Protocol): boolean {
    return this.#connect(ipOf(address), address.val.port, protocol);
  }

  mayListen(address: IpSocketAddress, protocol: Protocol): boolean {
    return this.#listen(ipOf(address), address.val.port, protocol);
  }

  /** Whether a socket may be bound for connecting, so that the system chooses the port. */
  mayBindToConnect(address: IpSocketAddress): boolean {
    return this.#connects && address.val.port === 0;
  }

  /** @param name in ASCII */
  mayLookup(name: string): boolean {
    return this.#lookup(normalizeName(name));
  }

  /** Remembers what a lookup gave. */
  foundAddress(name: string, address: IpAddress): void {
    const key = formatAddress(address);
    const names = this.#namesOf.get(key) ?? new Set();
    this.#namesOf.delete(key);
    this.#namesOf.set(key, names.add(normalizeName(name)));
    const [oldest] = this.#namesOf.keys();
    if (this.#namesOf.size > mostLookedUp && oldest !== undefined) this.#namesOf.delete(oldest);
  }
}

function addressTest(
  permission: AddressPermission | undefined,
  namesOf: (address: IpAddress) => ReadonlySet<string> | undefined,
): (address: IpAddress, port: number, protocol: Protocol) => boolean {
  if (permission === undefined) return () => false;
  if (permission === "inherit") return () => true;
  if (typeof permission === "function") {
    return (address, port, protocol) => permission(formatAddress(address), port, protocol) === true;
  }
  const patterns = permission.map((text) => new HostPattern(text));
  return (address, port) => {
    const names = [...(namesOf(address) ?? [])];
    return patterns.some(
      (pattern) =>
        pattern.matchesPort(port) &&
        (pattern.matchesAddress(address) || names.some((name) => pattern.matchesName(name))),
    );
  };
}

function nameTest(permission: NamePermission): (name: string) => boolean {
  if (permission === "inherit") return () => true;
  if (typeof permission === "function") return (name) => permission(name) === true;
  const patterns = permission.map(namePattern);
  return (name) => patterns.some((matches) => matches(name));
}

function impliedNames(connect: AddressPermission | undefined): NamePermission {
  if (connect === "inherit") return "inherit";
  if (typeof connect !== "object") return [];
  return connect.flatMap((text) => new HostPattern(text).name ?? []);
}

function addressesOnly(listen: AddressPermission | undefined): AddressPermission | undefined {
  if (typeof listen !== "object") return listen;
  for (const { name, text } of listen.map((pattern) => new HostPattern(pattern))) {
    if (name === undefined || name === "*") continue;
    throw new TypeError(`"${text}" names a host; a guest can be allowed to listen on addresses only`);
  }
  return listen;
}
