/** Certificates over wss, wrong and right. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient, isRpcError, type RpcError } from "@witwire/rpc";
import { type CertificateRequest, makeCertificate } from "../../node/src/testing/certificate.ts";
import { connectWebSocket, type DialWebSocketOptions } from "./connect-web-socket.ts";
import { type ListenWebSocketOptions, listenWebSocket } from "./listen-web-socket.ts";
import { echo } from "./testing/echo-contract.ts";
import { echoServer, eventually } from "./testing/echo-server.ts";

const GUARD = { timeout: 30_000 };
const DAY = 24 * 60 * 60 * 1000;
const authority = makeCertificate({ subject: "authority" });
const stranger = makeCertificate({ subject: "stranger" });
const trusting = { ca: authority.cert };

/** What a client with each of some options gets over a protocol: the answer, or the error. */
async function ask(
  protocol: "" | "wrpc+",
  certificate: Omit<CertificateRequest, "subject">,
  clients: readonly NonNullable<DialWebSocketOptions["tls"]>[],
  demands: ListenWebSocketOptions["tls"] = {},
): Promise<(string | RpcError)[]> {
  const { cert, key } = makeCertificate({ subject: "server", issuer: authority, names: ["127.0.0.1"], ...certificate });
  const { server, contexts } = echoServer();
  await using listener = await listenWebSocket(server, "wss://127.0.0.1:0/", { tls: { cert, key, ...demands } });
  const outcomes: (string | RpcError)[] = [];
  for (const tls of clients) {
    const transport = connectWebSocket(`${protocol}${listener.address}`, { tls });
    const outcome: unknown = await Promise.resolve(createClient(echo, transport).ping?.()).catch((error) => error);
    assert.ok(typeof outcome === "string" || isRpcError(outcome), String(outcome));
    outcomes.push(outcome);
    await transport.close();
    assert.deepEqual([transport.stats().invocations, transport.stats().connections], [0, 0]);
  }
  await eventually(() => server.stats().connections === 0);
  await server.close();
  assert.equal(contexts.length, outcomes.filter((outcome) => outcome === "pong").length, "nothing else has run");
  return outcomes;
}

function refused(outcome: string | RpcError | undefined, message: RegExp): void {
  assert.ok(isRpcError(outcome), String(outcome));
  assert.deepEqual([outcome.code, outcome.started], ["unavailable", "no"], outcome.message);
  assert.match(outcome.message, message);
}

for (const protocol of ["", "wrpc+"] as const) {
  describe(`certificates over ${protocol}wss`, () => {
    test("a server for another host, and the name that makes it right", GUARD, async () => {
      const named = { ...trusting, servername: "other.example" };
      const [wrong, right] = await ask(protocol, { names: ["other.example"] }, [trusting, named]);
      refused(wrong, /ERR_TLS_CERT_ALTNAME_INVALID.*tls\.servername/);
      assert.equal(right, "pong");
    });

    test("a server whose certificate has expired, or is not valid yet", GUARD, async () => {
      const [expired] = await ask(protocol, { validFrom: -2 * DAY, validTo: -DAY }, [trusting]);
      refused(expired, /CERT_HAS_EXPIRED/);
      const [early] = await ask(protocol, { validFrom: DAY, validTo: 2 * DAY }, [trusting]);
      refused(early, /CERT_NOT_YET_VALID/);
    });

    test("a server that another authority vouches for", GUARD, async () => {
      const outcomes = await ask(protocol, {}, [{ ca: stranger.cert }, {}]);
      for (const outcome of outcomes) refused(outcome, /UNABLE_TO_VERIFY_LEAF_SIGNATURE.*tls\.ca/);
    });

    test("a client whose certificate is missing, foreign or expired where one is needed", GUARD, async () => {
      const signed = (request: Partial<CertificateRequest>) => {
        const { cert, key } = makeCertificate({ subject: "alice", issuer: authority, ...request });
        return { ...trusting, cert, key };
      };
      const demands = { ...trusting, requestCert: true, rejectUnauthorized: true };
      const expired = { validFrom: -2 * DAY, validTo: -DAY };
      const clients = [trusting, signed({ issuer: stranger }), signed(expired), signed({})];
      const outcomes = await ask(protocol, {}, clients, demands);
      for (const outcome of outcomes.slice(0, 3)) refused(outcome, /cannot connect to wss:/);
      assert.equal(outcomes[3], "pong");
    });
  });
}
