/** Whole commands over every kind of address that needs nothing but this machine. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createPrivateKey } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { connectStdio, foreignTransportOf } from "@witwire/node";
import { createClient } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { guestWit, serverBytes, workerBytes } from "../../../host/src/testing/guests.ts";
import { makeCertificate } from "../../../node/src/testing/certificate.ts";
import { loadQuiche } from "../../../quic/src/quiche.ts";
import { runProcess, ServingProcess, witwireCommand } from "../testing/cli-process.ts";
import { runWith } from "../testing/run-with.ts";
import { calledSchemes } from "./addresses.ts";

const GUARD = { timeout: 60_000 };
/** Its binary is not there for every platform. */
const hasQuic = await loadQuiche().then(
  () => true,
  () => false,
);
const HELLO = '"hello from WebAssembly"\n';

let folder = "";
const path = (name: string): string => join(folder, name);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "witwire-transports-"));
  const authority = makeCertificate({ subject: "authority" });
  const stranger = makeCertificate({ subject: "stranger" });
  const server = makeCertificate({ subject: "server", names: ["localhost", "::1", "shop.example"], issuer: authority });
  const client = makeCertificate({ subject: "client", issuer: authority });
  const files: Record<string, string | Uint8Array> = {
    "server.wasm": await serverBytes(),
    "worker.wasm": await workerBytes(),
    "guest.wit": guestWit,
    "authority.pem": `# the one that signs\n${authority.cert}`,
    "stranger.pem": stranger.cert,
    "server.pem": server.cert,
    "server.key": server.key,
    "client.pem": client.cert,
    "client.key": client.key,
    "broken.pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    "empty.pem": "",
  };
  for (const [name, content] of Object.entries(files)) await writeFile(path(name), content);
});

after(() => rm(folder, { recursive: true }));

const identity = (name: "server" | "client"): string[] => ["--cert", path(`${name}.pem`), "--key", path(`${name}.key`)];

describe("processes of witwire", () => {
  test("meet at every transport that one of them listens on", GUARD, async () => {
    const listens = [
      "ws://127.0.0.1:0/rpc",
      "tls://[::1]:0",
      "wss://[::1]:0",
      "https://[::1]:0/calls",
      "http://[::1]:0",
      `unix://${path("app.sock")}`,
      ...(hasQuic ? ["quic://[::1]:0"] : []),
    ];
    const args = listens.flatMap((address) => ["--listen", address]);
    await using serving = await ServingProcess.start(
      listens.length,
      path("server.wasm"),
      ...args,
      ...identity("server"),
      "--reflection",
      "all",
    );
    const { addresses } = serving;
    assert.deepEqual(
      addresses.map((address) => address.replace(/:\d+(?=\/|$)/, ":0").replace(/\/$/, "")),
      listens,
    );
    for (const address of addresses) {
      // A process of its own for those that are of most use, since each takes its time.
      const callFrom = /^(tls|ws):/.test(address) ? runProcess : (...args: string[]) => runWith(args);
      const ca = /^(tls|wss|https|quic):/.test(address) ? ["--ca", path("authority.pem")] : [];
      assert.deepEqual(
        await callFrom("call", address, "handler.hello()", ...ca),
        { code: 0, out: HELLO, error: "" },
        address,
      );
      if (address.startsWith("http")) continue;
      assert.ok(serving.lines.includes(`  and for plain wRPC on wrpc+${address}`));
      assert.equal((await runWith(["call", `wrpc+${address}`, "shout()", ...ca])).code, 0, address);
      assert.equal((await runWith(["health", address, ...ca])).out, "serving\n");
      assert.match((await runWith(["wit", address, ...ca])).out, /interface handler/);
    }
    assert.equal(await serving.stop(), 0);
    assert.equal(serving.lines.at(-1), "stopped");
  });

  test("know each other by their certificates", GUARD, async () => {
    const args = ["--listen", "tls://[::1]:0", "--listen", "wss://[::1]:0", "--listen", "https://[::1]:0"];
    await using serving = await ServingProcess.start(
      3,
      path("server.wasm"),
      ...args,
      ...identity("server"),
      "--client-ca",
      path("authority.pem"),
    );
    const wit = ["--wit", path("guest.wit"), "--timeout", "20s"];
    const ca = ["--ca", path("authority.pem")];
    for (const address of serving.addresses) {
      const call = (...options: string[]) => runWith(["call", address, "handler.hello()", ...wit, ...options]);
      assert.equal((await call(...ca, ...identity("client"))).out, HELLO, address);
      assert.equal((await call(...ca)).code, 1, address);
      assert.equal((await call("--ca", path("stranger.pem"), ...identity("client"))).code, 1, address);
      assert.equal((await call(...ca, ...identity("client"), "--servername", "shop.example")).out, HELLO, address);
      assert.equal((await call(...ca, ...identity("client"), "--servername", "other.example")).code, 1, address);
    }
    const [tls = ""] = serving.addresses;
    assert.match(
      (await runWith(["call", tls, "handler.hello()", ...wit, ...ca])).error,
      /certificate.*\[unauthenticated\]/,
    );
    assert.match((await runWith(["call", tls, "handler.hello()", ...wit])).error, /signed by nobody.*\[unavailable\]/);
  });

  test("call imports over TLS and WebSockets, and show their certificate there", GUARD, async () => {
    const backing = [
      "--listen",
      "tls://[::1]:0",
      "--listen",
      "ws://[::1]:0/b",
      ...identity("server"),
      "--client-ca",
      path("authority.pem"),
    ];
    await using backend = await ServingProcess.start(2, path("server.wasm"), ...backing);
    for (const address of backend.addresses) {
      const tls = address.startsWith("tls") ? [...identity("client"), "--ca", path("authority.pem")] : [];
      await using serving = await ServingProcess.start(
        1,
        path("worker.wasm"),
        "--import",
        `test:host/backend=${address}`,
        "--listen",
        "tcp://[::1]:0",
        ...tls,
      );
      const { code, error } = await runWith(["call", serving.addresses[0] ?? "", 'work.ask("x")']);
      assert.equal(code, 1);
      assert.match(error, /the import test:host\/backend#ask failed: .*\[trap\]/);
      assert.ok(
        backend.lines.some((line) => /^failed test:host\/backend\.ask .*\[unimplemented\]/.test(line)),
        address,
      );
      backend.lines.splice(0);
    }
  });

  test("start one another", GUARD, async () => {
    const words = [...witwireCommand, "serve", path("server.wasm"), "--log", "quiet", "--listen"];
    const command = `exec:${words.map((word) => `'${word}'`).join(" ")} parent:`;
    const { code, out, error } = await runProcess("call", command, "hello()");
    assert.deepEqual({ code, out }, { code: 0, out: HELLO }, error);
    assert.match(error, /^serving .*\nserving .*\nlistening on parent:$/m);
    const worker = await runProcess(
      "call",
      `exec:${[...witwireCommand, "serve", path("worker.wasm"), "--import", `"${command}"`, "--listen", "parent:"].join(" ")}`,
      'work.echo("a=b")',
    );
    assert.equal(worker.out, '"a=b"\n', worker.error);
  });
});

test("a server on standard streams prints nothing between its answers", GUARD, async () => {
  const [node, main] = witwireCommand;
  const args = [main, "serve", path("server.wasm"), "--listen", "stdio:"];
  const child = spawn(node, args, { stdio: ["pipe", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (text: Buffer) => {
    log += text.toString();
  });
  const ended = once(child, "close");
  const transport = connectStdio(child);
  const handler = createClient(findInterface(parseWit(guestWit), "handler"), transport);
  assert.equal(await handler.hello?.(), "hello from WebAssembly");
  assert.equal(await handler.hello?.(), "hello from WebAssembly");
  await transport.close();
  const [code] = (await ended) as [number];
  assert.equal(code, 0, log);
  assert.match(log, /^listening on stdio:$/m);
});

test("pages of named origins may connect to WebSockets, and no others", GUARD, async () => {
  const status = async (address: string, origin: string): Promise<number> => {
    const headers = { origin, connection: "Upgrade", upgrade: "websocket" };
    const nonce = { "sec-websocket-version": "13", "sec-websocket-key": Buffer.alloc(16).toString("base64") };
    const outgoing = request(address.replace("ws:", "http:"), { agent: false, headers: { ...headers, ...nonce } });
    const answered = Promise.race([once(outgoing, "response"), once(outgoing, "upgrade")]);
    outgoing.end();
    const [incoming] = (await answered) as [IncomingMessage];
    incoming.destroy();
    return incoming.statusCode ?? 0;
  };
  const cases: readonly [options: string[], expected: number[]][] = [
    [[], [403, 403]],
    [
      ["--origin", "https://app.example", "--origin=http://localhost:5173"],
      [101, 403],
    ],
    [
      ["--origin", "any"],
      [101, 101],
    ],
  ];
  for (const [options, expected] of cases) {
    const args = ["--listen", "ws://127.0.0.1:0/rpc", ...options];
    await using serving = await ServingProcess.start(1, path("server.wasm"), ...args);
    const [address = ""] = serving.addresses;
    const origins = ["https://app.example", "https://other.example"];
    assert.deepEqual(await Promise.all(origins.map((origin) => status(address, origin))), expected, options.join(" "));
    const { out } = await runWith(["call", address, "handler.hello()", "--wit", path("guest.wit")]);
    assert.equal(out, HELLO, "what is no browser is let in");
  }
});

test("HTTP/2 is spoken over http:// where both sides were told to", GUARD, async () => {
  await using serving = await ServingProcess.start(1, path("server.wasm"), "--listen", "http://[::1]:0/", "--http2");
  const [address = ""] = serving.addresses;
  const wit = ["--wit", path("guest.wit")];
  const call = (...options: string[]) => runWith(["call", address, "handler.hello()", ...wit, ...options]);
  assert.deepEqual(await call("--http2"), { code: 0, out: HELLO, error: "" });
  assert.equal((await runWith(["health", address, "--http2"])).out, "serving\n");
  assert.equal((await call("--timeout", "5s")).code, 1, "this side speaks HTTP/1.1");
});

describe("a command line whose addresses or files are wrong", () => {
  const fails = async (command: string, ...args: string[]): Promise<string> => {
    const { code, error } = await runWith([command, ...args]);
    assert.equal(code, 2, error);
    return error;
  };
  const call = (...args: string[]): Promise<string> => fails("call", "tls://[::1]:1", "f()", ...args);
  const serve = (...args: string[]): Promise<string> => fails("serve", path("server.wasm"), ...args);

  test("is told about files", async () => {
    assert.match(await call("--ca", path("none")), /--ca .*none cannot be read: there is no such file/);
    assert.match(await call("--ca", folder), /--ca .* cannot be read: it is a folder/);
    assert.match(await call("--ca", path("empty.pem")), /--ca .*empty\.pem has no certificate in PEM/);
    assert.match(await call("--ca", path("broken.pem")), /has a certificate that cannot be read/);
    assert.match(await call("--cert", path("client.pem")), /--cert and --key belong together: --key is missing/);
    assert.match(await call("--key", path("client.key")), /--cert is missing/);
    assert.match(
      await call("--cert", path("client.pem"), "--key", path("server.key")),
      /is not the key of the certificate/,
    );
    assert.match(await call("--cert", path("client.pem"), "--key", path("client.pem")), /has no private key in PEM/);
    const encrypted = createPrivateKey(await readFile(path("client.key"), "utf8"));
    const how = { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "secret" } as const;
    await writeFile(path("encrypted.key"), encrypted.export(how));
    assert.match(
      await call("--cert", path("client.pem"), "--key", path("encrypted.key")),
      /is encrypted; `openssl pkey -in .*` writes it without that/,
    );
  });

  test("is told about options that would do nothing, and about those that are missing", async () => {
    const ca = ["--ca", path("authority.pem")];
    assert.match(
      await fails("call", "tcp://[::1]:1", "f()", ...ca),
      /--ca would do nothing: .* no address that has TLS/,
    );
    assert.match(await fails("wit", path("guest.wit"), ...ca), /--ca would do nothing/);
    assert.match(await fails("health", "http://[::1]:1", "--servername", "x"), /--servername would do nothing/);
    assert.match(await serve(...identity("server")), /--cert and --key would do nothing/);
    assert.match(await serve("--listen", "tls://[::1]:0"), /needs a certificate: give it with --cert/);
    assert.match(await serve("--listen", "wss://[::1]:0"), /needs a certificate: give it with --cert/);
    assert.match(await serve("--client-ca", path("authority.pem")), /--client-ca would do nothing/);
    assert.match(await serve("--listen", "tls://[::1]:0", ...identity("server"), ...ca), /--ca would do nothing/);
  });

  test("is told about origins, HTTP/2 and logins at NATS", async () => {
    const ws = ["--listen", "ws://127.0.0.1:0"];
    assert.match(await serve("--origin", "https://app.example"), /--origin would do nothing/);
    assert.match(await serve(...ws, "--origin", "app.example"), /is no origin: .*https:\/\/app\.example/);
    assert.match(await serve(...ws, "--origin", "https://app.example/page"), /is no origin/);
    assert.match(await serve(...ws, "--origin", "any", "--origin", "https://app.example"), /--origin any lets in all/);
    assert.match(await serve(...ws, "--http2"), /--http2 would do nothing/);
    assert.match(await call("--http2"), /--http2 would do nothing/);
    assert.match(await call("--nats-creds", path("none")), /--nats-creds would do nothing/);
    assert.match(await fails("call", "nats://host/x", "f()", "--nats-creds", path("none")), /there is no such file/);
    assert.match(await fails("health", "nats://me:hush@host/x"), /an address has no user or password/);
  });

  test("is told about addresses", async () => {
    assert.match(await fails("call", "stdio:", "f()"), /"stdio:" is for --listen.*exec:/);
    assert.match(await fails("wit", "parent:"), /"parent:" is for --listen/);
    assert.match(await fails("call", "quic://", "f()"), /no QUIC address/);
    assert.match(await fails("call", "ws://", "shout()", "--wit", path("guest.wit")), /ws:\/\//);
    assert.match(await fails("call", "nats://a b", "f()"), /no address of NATS/);
    assert.match(await fails("call", "exec:'", "f()"), /quote/);
    assert.match(await serve("--listen", "parent:"), /no process calls this one/);
    assert.match(await serve("--listen", "exec:true"), /no address/);
  });
});

test("packages of other transports export what is said of them", async () => {
  const packages = {
    "@witwire/websocket": await import("@witwire/websocket"),
    "@witwire/nats": await import("@witwire/nats"),
    "@witwire/quic": await import("@witwire/quic"),
  };
  const found = calledSchemes.flatMap((scheme) => foreignTransportOf(`${scheme}host`) ?? []);
  assert.deepEqual(new Set(found.map(({ package: name }) => name)), new Set(Object.keys(packages)));
  for (const { package: name, connect, listen } of found) {
    const exports: Record<string, unknown> = packages[name as keyof typeof packages];
    assert.equal(typeof exports[connect], "function", `${name} has ${connect}`);
    assert.equal(typeof exports[listen], "function", `${name} has ${listen}`);
  }
});
