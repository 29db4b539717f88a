/** Certificates over https, wrong and right, in both versions of HTTP. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient, createServer, isRpcError, type RpcError } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallContext } from "@witwire/wit/values";
import { connect } from "../connect.ts";
import { listen } from "../listen.ts";
import { type CertificateRequest, makeCertificate } from "../testing/certificate.ts";
import type { TlsClientOptions } from "../tls/tls-options.ts";

const GUARD = { timeout: 30_000 };
const DAY = 24 * 60 * 60 * 1000;
const contract = findInterface(parseWit("package test:web; interface door { who: func() -> string; }"), "door");
const authority = makeCertificate({ subject: "authority" });
const stranger = makeCertificate({ subject: "stranger" });
const trusting = { ca: authority.cert };

/** What a client with each of some options gets: the answer, or the error. */
async function ask(
  version: "1.1" | "2",
  certificate: Omit<CertificateRequest, "subject">,
  clients: readonly TlsClientOptions[],
  clientCertificates: "none" | "required" = "none",
): Promise<(string | RpcError)[]> {
  let calls = 0;
  const own = makeCertificate({ subject: "server", issuer: authority, names: ["::1"], ...certificate });
  const server = createServer({ onFailure: () => {} });
  server.serve(contract, { who: ({ peer }: CallContext) => `${++calls} ${peer.identity?.subject ?? "nobody"}` });
  await using listener = await listen(server, "https://[::1]:0/", { tls: { ...own, ...trusting, clientCertificates } });
  const outcomes: (string | RpcError)[] = [];
  for (const tls of clients) {
    const transport = connect(listener.address, { tls, http: { version } });
    const outcome: unknown = await Promise.resolve(createClient(contract, transport).who?.()).catch((error) => error);
    assert.ok(typeof outcome === "string" || isRpcError(outcome), String(outcome));
    outcomes.push(outcome);
    await transport.close();
    assert.deepEqual([transport.stats().invocations, transport.stats().connections], [0, 0]);
  }
  await server.close();
  assert.equal(calls, outcomes.filter((outcome) => typeof outcome === "string").length, "nothing else has run");
  return outcomes;
}

function refused(outcome: string | RpcError | undefined, code: string, message: RegExp): void {
  assert.ok(isRpcError(outcome), String(outcome));
  assert.deepEqual([outcome.code, outcome.started], [code, "no"], outcome.message);
  assert.match(outcome.message, message);
}

for (const version of ["1.1", "2"] as const) {
  describe(`certificates over https, HTTP/${version}`, () => {
    test("a server for another host, and the name that makes it right", GUARD, async () => {
      const certificate = { names: ["other.example"] };
      const named = { ...trusting, servername: "other.example" };
      const [wrong, right] = await ask(version, certificate, [trusting, named]);
      refused(wrong, "unavailable", /is not for "::1" but for DNS:other\.example.*tls\.servername/);
      assert.equal(right, "1 nobody");
    });

    test("a server whose certificate has expired, or is not valid yet", GUARD, async () => {
      const [expired] = await ask(version, { validFrom: -2 * DAY, validTo: -DAY }, [trusting]);
      refused(expired, "unavailable", /has expired/);
      const [early] = await ask(version, { validFrom: DAY, validTo: 2 * DAY }, [trusting]);
      refused(early, "unavailable", /not valid yet/);
    });

    test("a server that another authority vouches for, unless nobody wants to know", GUARD, async () => {
      const [foreign, unknown, careless] = await ask(version, {}, [{ ca: stranger.cert }, {}, { verify: false }]);
      for (const outcome of [foreign, unknown]) refused(outcome, "unavailable", /signed by nobody.*tls\.ca/);
      assert.equal(careless, "1 nobody");
    });

    test("a client whose certificate is missing, foreign or expired where one is needed", GUARD, async () => {
      const signed = (request: Partial<CertificateRequest>) => {
        const { cert, key } = makeCertificate({ subject: "alice", issuer: authority, ...request });
        return { ...trusting, cert, key };
      };
      const clients = [
        trusting,
        signed({ issuer: stranger }),
        signed({ validFrom: -2 * DAY, validTo: -DAY }),
        signed({}),
      ];
      const outcomes = await ask(version, {}, clients, "required");
      for (const outcome of outcomes.slice(0, 3)) refused(outcome, "unauthenticated", /HTTP status 401.*tls\.cert/);
      assert.equal(outcomes[3], "1 CN=alice");
    });
  });
}
