import type { NatsOptions } from "@witwire/nats";
import { UsageError } from "../usage-error.ts";
import { isNats } from "./addresses.ts";
import { readOptionFile } from "./option-file.ts";

/** Options of every command that may reach NATS. Secrets come from files or the environment, as others see command lines. */
export const natsArgs = {
  "nats-creds": {
    type: "string",
    valueHint: "file",
    description: "Credentials for NATS, a JWT with its seed (default: the file in NATS_CREDS)",
  },
  "nats-nkey": {
    type: "string",
    valueHint: "file",
    description: "The seed of an NKEY for NATS (default: the file in NATS_NKEY)",
  },
  "nats-user": {
    type: "string",
    valueHint: "name",
    description: "User of NATS (default: NATS_USER); the password is in --nats-password-file, or in NATS_PASSWORD",
  },
  "nats-password-file": {
    type: "string",
    valueHint: "file",
    description: "File with the password of the user of NATS",
  },
  "nats-token-file": {
    type: "string",
    valueHint: "file",
    description: "File with a token for NATS (default: the token in NATS_TOKEN)",
  },
} as const;

/** How this side shows NATS who it is. */
export type NatsLogin =
  | { readonly kind: "creds" | "nkey"; readonly secret: Uint8Array }
  | { readonly kind: "user"; readonly user: string; readonly pass: string }
  | { readonly kind: "token"; readonly token: string };

/** Options as they were written. */
export type WrittenNatsLogin = { readonly [Name in keyof typeof natsArgs]?: string | undefined };

/** Where a login stands. Options go before the environment, whose variables are those of NATS's own tools. */
interface Source {
  readonly kind: NatsLogin["kind"];
  readonly option: keyof typeof natsArgs;
  readonly variable: string;
}

const sources: readonly Source[] = [
  { kind: "creds", option: "nats-creds", variable: "NATS_CREDS" },
  { kind: "nkey", option: "nats-nkey", variable: "NATS_NKEY" },
  { kind: "user", option: "nats-user", variable: "NATS_USER" },
  { kind: "token", option: "nats-token-file", variable: "NATS_TOKEN" },
];

/**
 * Reads how to log in at NATS, from options, files and the environment.
 *
 * @param addresses those that are called or listened on
 * @returns `undefined` where nothing was given, and where no address is one of NATS
 * @throws UsageError for options that do nothing or contradict each other, and for files that are something else
 */
export async function readNatsLogin(
  written: WrittenNatsLogin,
  addresses: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<NatsLogin | undefined> {
  const given = Object.keys(natsArgs).filter((name) => written[name as keyof typeof natsArgs] !== undefined);
  const reached = addresses.filter(isNats);
  if (reached.length === 0) {
    if (given.length === 0) return undefined;
    throw new UsageError(`${flags(given)} would do nothing: this command has no address of NATS`);
  }
  rejectPasswords(reached);
  const byOption = sources.filter(({ option }) => written[option] !== undefined);
  const byVariable = sources.filter(({ variable }) => (environment[variable] ?? "") !== "");
  const [source, other] = byOption.length > 0 ? byOption : byVariable;
  if (source === undefined) {
    if (given.length === 0) return undefined;
    throw new UsageError("--nats-password-file needs the user, in --nats-user");
  }
  if (other !== undefined) {
    const pair =
      byOption.length > 0 ? flags([source.option, other.option]) : `${source.variable} and ${other.variable}`;
    throw new UsageError(`${pair} are two ways to log in at NATS; give one of them`);
  }
  if (written["nats-password-file"] !== undefined && source.kind !== "user") {
    throw new UsageError("--nats-password-file needs the user, in --nats-user");
  }
  return readLogin(source, written, environment);
}

/** The login as options of `@witwire/nats`, which is loaded only where it is needed. */
export function natsOptionsOf(
  login: NatsLogin,
  nats: Pick<typeof import("@witwire/nats"), "credsAuthenticator" | "nkeyAuthenticator">,
): NatsOptions {
  switch (login.kind) {
    case "creds":
      return { authenticator: nats.credsAuthenticator(login.secret) };
    case "nkey":
      return { authenticator: nats.nkeyAuthenticator(login.secret) };
    case "user":
      return { user: login.user, pass: login.pass };
    case "token":
      return { token: login.token };
  }
}

async function readLogin(
  { kind, option, variable }: Source,
  written: WrittenNatsLogin,
  environment: NodeJS.ProcessEnv,
): Promise<NatsLogin> {
  const isOption = written[option] !== undefined;
  const value = written[option] ?? environment[variable] ?? "";
  const name = isOption ? `--${option}` : variable;
  switch (kind) {
    case "user":
      return { kind, user: value, pass: await readPassword(written, environment) };
    case "token":
      return { kind, token: isOption ? oneLine(name, value, await readOptionFile(name, value)) : value };
    case "creds": {
      const text = await readOptionFile(name, value);
      if (/BEGIN NATS USER JWT.*BEGIN USER NKEY SEED/s.test(text)) return { kind, secret: Buffer.from(text) };
      throw new UsageError(`${name} ${value} has no credentials of NATS: a JWT of a user, and a seed behind it`);
    }
    case "nkey": {
      const seed = /^SU[A-Z2-7]{56}$/m.exec((await readOptionFile(name, value)).replaceAll("\r", ""))?.[0];
      if (seed !== undefined) return { kind, secret: Buffer.from(seed) };
      throw new UsageError(`${name} ${value} has no seed of a user's NKEY, which begins with SU`);
    }
  }
}

async function readPassword(written: WrittenNatsLogin, environment: NodeJS.ProcessEnv): Promise<string> {
  const file = written["nats-password-file"];
  if (file !== undefined)
    return oneLine("--nats-password-file", file, await readOptionFile("--nats-password-file", file));
  if (environment.NATS_PASSWORD !== undefined) return environment.NATS_PASSWORD;
  throw new UsageError("the user of NATS needs a password, in a file with --nats-password-file or in NATS_PASSWORD");
}

/** A secret in a file, with or without the end of a line behind it. */
function oneLine(name: string, path: string, text: string): string {
  const secret = text.replace(/\r?\n$/, "");
  if (secret !== "" && !/[\r\n]/.test(secret)) return secret;
  throw new UsageError(`${name} ${path} should have one line, with the secret`);
}

/** An address is seen by all who see processes, and ends up in logs. */
function rejectPasswords(addresses: readonly string[]): void {
  if (!addresses.some((address) => /^[^:]+:\/\/[^/?#]*@/.test(address))) return;
  throw new UsageError(
    "an address has no user or password, since others could read it; give --nats-user with --nats-password-file, or " +
      "NATS_USER and NATS_PASSWORD",
  );
}

function flags(names: readonly string[]): string {
  return names.map((name) => `--${name}`).join(" and ");
}
