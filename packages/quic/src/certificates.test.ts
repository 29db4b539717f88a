import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TlsClientOptions, TlsServerOptions } from "@witwire/node";
import { createClient, createServer, isRpcError, type RpcError } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallContext, PeerIdentity } from "@witwire/wit/values";
import { type Certificate, makeCertificate } from "../../node/src/testing/certificate.ts";
import { connectQuic } from "./connect.ts";
import { listenQuic, type QuicListener } from "./listen.ts";
import { withQuiche } from "./testing/availability.ts";

const GUARD = { timeout: 30_000 };
const DAY = 24 * 60 * 60 * 1000;
const contract = findInterface(parseWit("package test:quic; interface door { who: func() -> string; }"), "door");
const authority = makeCertificate({ subject: "authority" });
const stranger = makeCertificate({ subject: "stranger" });
const own = makeCertificate({ subject: "server", names: ["localhost", "::1"], issuer: authority });
const alice = makeCertificate({ subject: "alice", names: ["spiffe://test/alice"], issuer: authority });
const mallory = makeCertificate({ subject: "mallory", issuer: stranger });
const old = makeCertificate({ subject: "old", issuer: authority, validFrom: -2 * DAY, validTo: -DAY });

await withQuiche(async () => {
  for (const scheme of ["quic", "wrpc+quic"] as const) describe(`certificates over ${scheme}`, () => tests(scheme));
});

function tests(scheme: "quic" | "wrpc+quic"): void {
  test("a server for another host, and the name that makes it right", GUARD, async () => {
    const other = makeCertificate({ subject: "other", names: ["other.example"], issuer: authority });
    await using scene = await Scene.open(scheme, other);
    for (const name of [undefined, "localhost"]) {
      const error = await scene.refusal({ ca: authority.cert, ...(name === undefined ? {} : { servername: name }) });
      assert.deepEqual([error.code, error.started, error.retryable], ["unavailable", "no", false], error.message);
      assert.match(
        error.message,
        new RegExp(`is not for "${name ?? "::1"}" but for DNS:other\\.example.*tls\\.servername`),
      );
    }
    assert.equal(await scene.who({ ca: authority.cert, servername: "other.example" }), "nobody");
    assert.equal(scene.calls, 1);
  });

  test("a server whose certificate has expired, or is not valid yet", GUARD, async () => {
    for (const [dates, reason] of [
      [{ validFrom: -2 * DAY, validTo: -DAY }, /has expired/],
      [{ validFrom: DAY, validTo: 2 * DAY }, /not valid yet/],
    ] as const) {
      const pair = makeCertificate({ subject: "server", names: ["::1"], issuer: authority, ...dates });
      await using scene = await Scene.open(scheme, pair);
      const error = await scene.refusal({ ca: authority.cert });
      assert.deepEqual([error.code, error.started], ["unavailable", "no"]);
      assert.match(error.message, reason);
    }
  });

  test("a server that another authority vouches for, unless nobody wants to know", GUARD, async () => {
    await using scene = await Scene.open(scheme, own);
    const error = await scene.refusal({ ca: stranger.cert });
    assert.deepEqual([error.code, error.started], ["unavailable", "no"]);
    assert.match(error.message, /signed by nobody whom this process trusts.*tls\.ca/);
    assert.match((await scene.refusal({})).message, /tls\.ca/);
    assert.ok(scene.handshakeFailures.length >= 1);
    assert.equal(await scene.who({ verify: false }), "nobody");
  });

  test("who the client is, by its certificate", GUARD, async () => {
    await using scene = await Scene.open(scheme, { ...own, ca: authority.cert, clientCertificates: "required" });
    assert.equal(await scene.who({ ca: authority.cert, ...keys(alice) }), "CN=alice");
    assert.deepEqual(scene.seen?.names, ["uri:spiffe://test/alice"]);
    assert.match(scene.seen?.fingerprint ?? "", /^[0-9a-f]{64}$/);
  });

  test("a client whose certificate is missing, foreign or expired where one is needed", GUARD, async () => {
    await using scene = await Scene.open(scheme, { ...own, ca: authority.cert, clientCertificates: "required" });
    for (const [pair, reason] of [
      [undefined, /wants to see a certificate.*tls\.cert/],
      [mallory, /does not accept the certificate/],
      [old, /does not accept the certificate/],
    ] as const) {
      const error = await scene.refusal({ ca: authority.cert, ...(pair === undefined ? {} : keys(pair)) });
      assert.deepEqual([error.code, error.started], ["unauthenticated", "no"], error.message);
      assert.match(error.message, reason);
    }
    assert.equal(scene.calls, 0);
    assert.deepEqual(
      scene.handshakeFailures.map(({ code }) => code),
      ["unauthenticated", "unauthenticated", "unauthenticated"],
    );
  });

  test("a client whose certificate is optional shows none or a good one", GUARD, async () => {
    await using scene = await Scene.open(scheme, { ...own, ca: authority.cert, clientCertificates: "optional" });
    assert.equal(await scene.who({ ca: authority.cert }), "nobody");
    assert.equal(await scene.who({ ca: authority.cert, ...keys(alice) }), "CN=alice");
    assert.equal((await scene.refusal({ ca: authority.cert, ...keys(mallory) })).code, "unauthenticated");
  });

  test("options that cannot be kept are refused", GUARD, async () => {
    const server = createServer();
    await assert.rejects(listenQuic(server, `${scheme}://[::1]:0`, { tls: { ...own, hosts: {} } }), /one certificate/);
    await assert.rejects(
      listenQuic(server, `${scheme}://[::1]:0`, { tls: { cert: own.cert, key: alice.key } }),
      /KEY/i,
    );
    await assert.rejects(listenQuic(server, `${scheme}://[::1]:0`, {} as never), /needs a certificate and its key/);
  });
}

function keys({ cert, key }: Certificate): { cert: string; key: string } {
  return { cert, key };
}

/** A server, and clients that try to reach it. */
class Scene implements AsyncDisposable {
  readonly handshakeFailures: RpcError[] = [];
  seen: PeerIdentity | undefined;
  calls = 0;
  readonly #server = createServer({ onFailure: () => {} });
  #listener: QuicListener | undefined;

  static async open(scheme: string, tls: TlsServerOptions): Promise<Scene> {
    const scene = new Scene();
    scene.#listener = await listenQuic(scene.#server, `${scheme}://[::1]:0`, {
      tls,
      onHandshakeFailure: (error) => scene.handshakeFailures.push(error as RpcError),
    });
    return scene;
  }

  private constructor() {
    const who = ({ peer }: CallContext): string => {
      this.calls++;
      this.seen = peer.identity;
      return peer.identity?.subject ?? "nobody";
    };
    this.#server.serve(contract, { who });
  }

  async who(tls: TlsClientOptions): Promise<unknown> {
    const transport = connectQuic(this.#listener?.address ?? "", { tls });
    try {
      return await createClient(contract, transport).who?.();
    } finally {
      await transport.close({ force: true });
    }
  }

  async refusal(tls: TlsClientOptions): Promise<RpcError> {
    const error: unknown = await this.who(tls).then(
      () => assert.fail("it was answered"),
      (reason: unknown) => reason,
    );
    assert.ok(isRpcError(error), String(error));
    return error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#listener?.close();
    await this.#server.close();
  }
}
