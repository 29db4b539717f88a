/** Where calls are answered over NATS, and how. */
export interface NatsAddress {
  /** `calls`: calls in messages, our own protocol; `plain`: plain wRPC. */
  readonly protocol: "calls" | "plain";
  /** NATS servers as `host:port`, any of which will do. */
  readonly servers: readonly string[];
  /** In front of the subjects of functions; empty for none. */
  readonly prefix: string;
  /** Queue group of servers; of no meaning to clients. */
  readonly group: string | undefined;
}

/** The port of NATS servers. */
export const NATS_PORT = 4222;

const PLAIN = "wrpc+";

/**
 * Reads `nats://host:port/prefix?group=name`, with `wrpc+` in front for plain wRPC. Port (4222), prefix and group may be left
 * out; several servers of a cluster stand behind each other with commas; IPv6 hosts stand in brackets. Users and passwords
 * are options, not part of an address, which ends up in logs.
 *
 * @throws RangeError saying what is wrong and what it should look like
 */
export function parseNatsAddress(text: string): NatsAddress {
  const protocol = text.startsWith(PLAIN) ? "plain" : "calls";
  const rest = protocol === "plain" ? text.slice(PLAIN.length) : text;
  const match = /^nats:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/.exec(rest);
  if (match === null) throw wrong(text);
  const [, hosts = "", prefix = "", query = ""] = match;
  if (hosts.includes("@")) {
    throw new RangeError("an address has no user or password; pass them as the option nats: { user, pass, token, … }");
  }
  return {
    protocol,
    servers: hosts.split(",").map((host) => parseHost(text, host)),
    prefix: checkPrefix(decode(text, prefix)),
    group: parseGroup(text, query),
  };
}

/** The address as {@link parseNatsAddress} reads it. */
export function formatNatsAddress({ protocol, servers, prefix, group }: NatsAddress): string {
  const query = group === undefined ? "" : `?group=${encodeURIComponent(group)}`;
  const path = prefix === "" && query === "" ? "" : `/${prefix}`;
  return `${protocol === "plain" ? PLAIN : ""}nats://${servers.join(",")}${path}${query}`;
}

/** Tokens that subjects are made of, as far as prefixes and groups may have them. */
const token = /^[\w$:@=+-]+$/;

/** Prefixes are short: a subject has to fit into a line of the protocol of NATS. */
const MAX_PREFIX = 512;

function checkPrefix(prefix: string): string {
  if (prefix === "") return prefix;
  if (prefix.length > MAX_PREFIX || !prefix.split(".").every((part) => token.test(part))) {
    throw new RangeError(
      `"${prefix}" is no prefix: it should be one or more words of letters, digits and _ $ : @ = + -, with dots between ` +
        `them, and have at most ${MAX_PREFIX} characters`,
    );
  }
  return prefix;
}

function parseGroup(text: string, query: string): string | undefined {
  let group: string | undefined;
  for (const [key, value] of new URLSearchParams(query)) {
    if (key !== "group") throw new RangeError(`"${text}" asks for "${key}", but an address of NATS has only ?group=`);
    group = value;
  }
  if (group !== undefined && (group.length > MAX_PREFIX || !token.test(group.replaceAll(".", "_")))) {
    throw new RangeError(`"${group}" is no queue group: it should be a word of letters, digits and _ . $ : @ = + -`);
  }
  return group;
}

function parseHost(text: string, host: string): string {
  const match = /^(\[[0-9a-fA-F:.%\w]+\]|[^\s:[\]]+)(?::(\d{1,5}))?$/.exec(host);
  const port = match?.[2] === undefined ? NATS_PORT : Number(match[2]);
  if (match === null || port > 65535) throw wrong(text);
  return `${match[1]}:${port}`;
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(part).replace(/\/$/, "");
  } catch {
    throw wrong(text);
  }
}

function wrong(text: string): RangeError {
  return new RangeError(
    `"${text}" is no address of NATS: it should look like nats://host:4222/prefix?group=name, or wrpc+nats://… for plain ` +
      "wRPC, IPv6 hosts in brackets",
  );
}
