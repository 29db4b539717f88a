import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createSocketServer, type Socket } from "node:net";
import { describe, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { createClient, createServer, isRpcError, type RpcError, type Server } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import type { CallContext, PeerIdentity } from "@witwire/wit/values";
import { connect } from "../connect.ts";
import { type Listener, type ListenOptions, listen } from "../listen.ts";
import { type Certificate, makeCertificate } from "../testing/certificate.ts";
import { dialRaw, listenRaw } from "../testing/socket-harness.ts";
import { parseAlternativeNames } from "./peer-identity.ts";
import type { TlsClientOptions, TlsServerOptions } from "./tls-options.ts";

const GUARD = { timeout: 30_000 };
const DAY = 24 * 60 * 60 * 1000;
const contract = findInterface(
  parseWit("package test:tls; interface door { who: func() -> string; knock: func(); }"),
  "door",
);
const authority = makeCertificate({ subject: "authority" });
const stranger = makeCertificate({ subject: "stranger" });
const own = makeCertificate({ subject: "server", names: ["localhost", "::1"], issuer: authority });
const alice = makeCertificate({ subject: "alice", names: ["uri.example", "spiffe://test/alice"], issuer: authority });
const mallory = makeCertificate({ subject: "mallory", issuer: stranger });

for (const scheme of ["tls", "wrpc+tls"] as const) {
  describe(`certificates over ${scheme}`, () => {
    test("a server for another host, and the name that makes it right", GUARD, async () => {
      const other = makeCertificate({ subject: "other", names: ["other.example"], issuer: authority });
      await using scene = await Scene.open(scheme, other);
      const error = await scene.refusal({ ca: authority.cert });
      assert.deepEqual([error.code, error.started, error.retryable], ["unavailable", "no", false]);
      assert.match(error.message, /is not for "::1" but for DNS:other\.example.*tls\.servername/);
      assert.equal(await scene.who({ ca: authority.cert, servername: "other.example" }), "nobody");
    });

    test("a server whose certificate has expired, or is not valid yet", GUARD, async () => {
      for (const [dates, reason] of [
        [{ validFrom: -2 * DAY, validTo: -DAY }, /has expired/],
        [{ validFrom: DAY, validTo: 2 * DAY }, /not valid yet/],
      ] as const) {
        const pair = makeCertificate({ subject: "server", names: ["::1"], issuer: authority, ...dates });
        await using scene = await Scene.open(scheme, pair);
        const error = await scene.refusal({ ca: authority.cert });
        assert.deepEqual([error.code, error.started, error.retryable], ["unavailable", "no", false]);
        assert.match(error.message, reason);
      }
    });

    test("a server that another authority vouches for, unless nobody wants to know", GUARD, async () => {
      await using scene = await Scene.open(scheme, own);
      const error = await scene.refusal({ ca: stranger.cert });
      assert.deepEqual([error.code, error.started], ["unavailable", "no"]);
      assert.match(error.message, /signed by nobody whom this process trusts.*tls\.ca/);
      assert.match((await scene.refusal({})).message, /tls\.ca/);
      assert.equal(await scene.who({ verify: false }), "nobody");
    });

    test("who the client is, by its certificate", GUARD, async () => {
      const demands = { ca: authority.cert, clientCertificates: "required" } as const;
      await using scene = await Scene.open(scheme, { ...own, ...demands });
      for (let again = 0; again < 2; again++) {
        assert.equal(await scene.who({ ca: authority.cert, ...keys(alice) }), "CN=alice");
        assert.deepEqual(scene.seen?.names, ["dns:uri.example", "uri:spiffe://test/alice"]);
        assert.match(scene.seen?.fingerprint ?? "", /^[0-9a-f]{64}$/);
      }
    });

    test("a client whose certificate is missing, foreign or expired where one is needed", GUARD, async () => {
      const demands = { ca: authority.cert, clientCertificates: "required" } as const;
      await using scene = await Scene.open(scheme, { ...own, ...demands });
      const expired = makeCertificate({ subject: "old", issuer: authority, validFrom: -2 * DAY, validTo: -DAY });
      for (const [pair, reason] of [
        [undefined, /has shown no certificate.*tls\.cert/],
        [mallory, /not accepted \(/],
        [expired, /not accepted \(CERT_HAS_EXPIRED\)/],
      ] as const) {
        const tls = { ca: authority.cert, ...(pair === undefined ? {} : keys(pair)) };
        for (const error of [await scene.refusal(tls), await scene.refusal(tls, "knock")]) {
          if (scheme === "tls") {
            assert.deepEqual([error.code, error.started], ["unauthenticated", "no"]);
            assert.match(error.message, reason);
          } else assert.equal(error.code, "unknown", "plain wRPC has no word for it, and no success either");
        }
      }
      assert.equal(scene.calls, 0);
      assert.ok(scene.failures.length >= 6 && scene.failures.every(({ code }) => code === "unauthenticated"));
    });

    test("a client whose certificate is optional is known only by a good one", GUARD, async () => {
      const demands = { ca: authority.cert, clientCertificates: "optional" } as const;
      await using scene = await Scene.open(scheme, { ...own, ...demands });
      assert.equal(await scene.who({ ca: authority.cert }), "nobody");
      assert.equal(await scene.who({ ca: authority.cert, ...keys(mallory) }), "nobody");
      assert.equal(await scene.who({ ca: authority.cert, ...keys(alice) }), "CN=alice");
    });

    test("a server of several names shows the certificate of the one that was asked for", GUARD, async () => {
      const wild = makeCertificate({ subject: "wild", names: ["*.example.org"], issuer: authority });
      await using scene = await Scene.open(scheme, { ...own, hosts: { "*.example.org": keys(wild) } });
      assert.equal(await scene.who({ ca: authority.cert, servername: "a.example.org" }), "nobody");
      assert.equal(await scene.who({ ca: authority.cert }), "nobody");
      assert.match((await scene.refusal({ ca: authority.cert, servername: "a.b.c" })).message, /is not for "a\.b\.c"/);
    });

    test("a server that does not speak TLS, or stalls, or breaks the handshake off", GUARD, async () => {
      const answers: Record<string, (socket: Socket) => void> = {
        "does not speak TLS": (socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
        "within 300 ms": () => {},
        "ended the handshake|cannot connect": (socket) => void socket.destroy(),
      };
      for (const [reason, answer] of Object.entries(answers)) {
        const accepted: Socket[] = [];
        const sockets = createSocketServer((socket) => {
          accepted.push(socket.on("error", () => {}));
          answer(socket);
        });
        const address = (await listenRaw(sockets, "wrpc+tcp://[::1]:0")).replace("wrpc+tcp", scheme);
        const error = await refusal(address, {});
        assert.deepEqual([error.code, error.started], ["unavailable", "no"], error.message);
        assert.match(error.message, new RegExp(reason));
        for (const socket of accepted) socket.destroy();
        sockets.close();
      }
    });

    test("a foreign server that wants a certificate, and one that speaks something else inside", GUARD, async () => {
      const open = async (options: object): Promise<[string, () => void]> => {
        const sockets = createTlsServer({ ...keys(own), ...options }, (socket) => socket.on("error", () => {}));
        const address = await listenRaw(sockets, "wrpc+tcp://[::1]:0");
        return [address.replace("wrpc+tcp", scheme), () => sockets.close()];
      };
      const [strict, closeStrict] = await open({ requestCert: true, ca: authority.cert });
      const missing = await refusal(strict, { ca: authority.cert });
      assert.deepEqual([missing.code, missing.started], ["unauthenticated", "no"], missing.message);
      assert.match(missing.message, /wants to see a certificate.*tls\.cert/);
      closeStrict();
      const [web, closeWeb] = await open({ ALPNProtocols: ["h2"] });
      assert.match((await refusal(web, { ca: authority.cert })).message, /neither the session nor plain wRPC/);
      closeWeb();
    });

    test("nothing is sent to a server whose certificate is wrong", GUARD, async () => {
      let received = 0;
      const sockets = createTlsServer(keys(own), (socket) => {
        socket
          .on("error", () => {})
          .on("data", ({ length }) => {
            received += length;
          });
      });
      const address = (await listenRaw(sockets, "wrpc+tcp://[::1]:0")).replace("wrpc+tcp", scheme);
      await refusal(address, { ca: authority.cert, servername: "elsewhere" });
      await refusal(address, { ca: stranger.cert });
      sockets.close();
      await once(sockets, "close");
      assert.equal(received, 0);
    });
  });
}

test("clients that send garbage, stall, or leave in the middle of the handshake are dropped", GUARD, async () => {
  const failures: Error[] = [];
  await using scene = await Scene.open("tls", own, {
    limits: { headerTimeout: 300 },
    onHandshakeFailure: (error) => failures.push(error),
  });
  const raw = scene.address.replace("tls:", "wrpc+tcp:");
  const closed = ["GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\x02\x00\x01", ""].map(async (bytes) => {
    const socket = dialRaw(raw).on("error", () => {});
    socket.write(bytes);
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve).once("end", () => socket.destroy()));
  });
  dialRaw(raw)
    .on("error", () => {})
    .destroy();
  await Promise.all(closed);
  assert.ok(failures.length >= 3);
  assert.equal(await scene.who({ ca: authority.cert }), "nobody");
});

test(
  "a listener without a certificate is refused, and one whose key belongs to another certificate",
  GUARD,
  async () => {
    const server = createServer();
    await assert.rejects(listen(server, "tls://[::1]:0"), /needs a certificate and its key/);
    await assert.rejects(listen(server, "tls://[::1]:0", { tls: { cert: own.cert, key: alice.key } }), /key/i);
  },
);

test("a listener that closes ends handshakes that are under way", GUARD, async () => {
  const scene = await Scene.open("tls", own);
  const socket = dialRaw(scene.address.replace("tls:", "wrpc+tcp:")).on("error", () => {});
  await once(socket, "connect");
  const closed = once(socket.resume(), "close");
  assert.equal(await scene.who({ ca: authority.cert }), "nobody");
  await scene[Symbol.asyncDispose]();
  socket.end();
  await closed;
});

test("alternative names keep their kind, whatever is in them", () => {
  assert.deepEqual(parseAlternativeNames('DNS:a.b, URI:"http://x/, DNS:evil", IP Address:0:0:0:0:0:0:0:1, email:a@b'), [
    "dns:a.b",
    "uri:http://x/, DNS:evil",
    "ip:0:0:0:0:0:0:0:1",
    "email:a@b",
  ]);
  assert.deepEqual(parseAlternativeNames("othername:<unsupported>"), []);
});

/** A server, and clients that try to reach it. */
class Scene implements AsyncDisposable {
  readonly failures: RpcError[] = [];
  seen: PeerIdentity | undefined;
  calls = 0;
  readonly #server: Server;
  #listener: Listener | undefined;

  static async open(
    scheme: string,
    tls: TlsServerOptions,
    { limits = {}, ...rest }: ListenOptions & { limits?: object } = {},
  ): Promise<Scene> {
    const scene = new Scene(limits);
    scene.#listener = await listen(scene.#server, `${scheme}://[::1]:0`, { tls, ...rest });
    return scene;
  }

  private constructor(limits: object) {
    this.#server = createServer({ limits, onFailure: ({ error }) => this.failures.push(error) });
    const who = ({ peer }: CallContext): string => {
      this.calls++;
      this.seen = peer.identity;
      return peer.identity?.subject ?? "nobody";
    };
    this.#server.serve(contract, { who, knock: (context: CallContext) => void who(context) });
  }

  get address(): string {
    return this.#listener?.address ?? "";
  }

  async who(tls: TlsClientOptions): Promise<unknown> {
    const transport = connect(this.address, { tls });
    const answer = await createClient(contract, transport).who?.();
    await transport.close();
    return answer;
  }

  refusal(tls: TlsClientOptions, name = "who"): Promise<RpcError> {
    return refusal(this.address, tls, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
    await this.#listener?.close();
    assert.deepEqual(this.#server.stats(), { connections: 0, calls: 0, handles: 0, timers: 0 });
  }
}

/** Why a call fails. Nothing may be left of it. */
async function refusal(address: string, tls: TlsClientOptions, name = "who"): Promise<RpcError> {
  const transport = connect(address, { tls, limits: { headerTimeout: 300 } });
  const outcome = await createClient(contract, transport)
    [name]?.()
    .then(
      (value) => assert.fail(`${name} succeeded with ${String(value)}`),
      (error: unknown) => error,
    );
  await transport.close();
  const { invocations, connections } = transport.stats();
  assert.deepEqual([invocations, connections], [0, 0]);
  assert.ok(isRpcError(outcome), String(outcome));
  return outcome;
}

function keys({ cert, key }: Certificate): { cert: string; key: string } {
  return { cert, key };
}
