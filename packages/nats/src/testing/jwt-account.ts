import { nkeys } from "@nats-io/transport-node";

/** An operator with one account, as a NATS server is configured for JWTs. */
export interface JwtAccount {
  /** Lines of the server's configuration. */
  readonly config: string;
  /** The file of credentials of a new user. */
  credentials(): string;
}

type KeyPair = ReturnType<typeof nkeys.createUser>;

/** Makes keys, and the JWTs that lead from an operator to a user: https://docs.nats.io, "JWTs". */
export function jwtAccount(): JwtAccount {
  const [operator, account] = [nkeys.createOperator(), nkeys.createAccount()];
  const operatorJwt = sign(operator, operator, { type: "operator", version: 2 });
  const accountJwt = sign(operator, account, { type: "account", version: 2, limits: unlimited });
  return {
    config: `operator: ${operatorJwt}\nresolver: MEMORY\nresolver_preload: { ${account.getPublicKey()}: ${accountJwt} }`,
    credentials: () => {
      const user = nkeys.createUser();
      const jwt = sign(account, user, { type: "user", version: 2, subs: -1, data: -1, payload: -1 });
      return `${block("NATS USER JWT", jwt)}\n${block("USER NKEY SEED", Buffer.from(user.getSeed()).toString())}`;
    },
  };
}

const unlimited = { subs: -1, data: -1, payload: -1, imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 };

function sign(issuer: KeyPair, subject: KeyPair, nats: object): string {
  const claims = {
    jti: subject.getPublicKey(),
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    name: "test",
    sub: subject.getPublicKey(),
    nats,
  };
  const signed = [{ typ: "JWT", alg: "ed25519-nkey" }, claims].map((part) => encode(JSON.stringify(part))).join(".");
  return `${signed}.${encode(issuer.sign(Buffer.from(signed)))}`;
}

function encode(bytes: string | Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}

function block(title: string, text: string): string {
  return `-----BEGIN ${title}-----\n${text}\n------END ${title}------\n`;
}
