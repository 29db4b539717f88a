/** Whole commands over a real NATS server. Run by `npm run test:nats`. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { nkeys } from "@nats-io/transport-node";
import { guestWit, serverBytes, workerBytes } from "../../../host/src/testing/guests.ts";
import { jwtAccount } from "../../../nats/src/testing/jwt-account.ts";
import { startNatsServer } from "../../../nats/src/testing/nats-server.ts";
import { makeCertificate } from "../../../node/src/testing/certificate.ts";
import { runProcess, ServingProcess } from "../testing/cli-process.ts";
import { runWith } from "../testing/run-with.ts";

const GUARD = { timeout: 60_000 };
const HELLO = '"hello from WebAssembly"\n';

let folder = "";
const path = (name: string): string => join(folder, name);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "witwire-nats-"));
  await writeFile(path("server.wasm"), await serverBytes());
  await writeFile(path("worker.wasm"), await workerBytes());
  await writeFile(path("guest.wit"), guestWit);
});

after(() => rm(folder, { recursive: true }));

test("commands meet at subjects, in both protocols, and beside sockets", GUARD, async () => {
  await using nats = await startNatsServer();
  const listens = [`nats://${nats.host}/shop?group=shops`, `wrpc+nats://${nats.host}/plain`, "tcp://[::1]:0"];
  const args = listens.flatMap((address) => ["--listen", address]);
  await using serving = await ServingProcess.start(3, path("server.wasm"), ...args, "--reflection", "all");
  assert.deepEqual(serving.addresses.slice(0, 2), listens.slice(0, 2));
  for (const address of serving.addresses) {
    assert.deepEqual(await runProcess("call", address, "handler.hello()"), { code: 0, out: HELLO, error: "" }, address);
    assert.equal((await runWith(["health", address, "test:host/handler"])).out, "serving\n");
    assert.match((await runWith(["wit", address])).out, /interface handler/);
  }
  const nobody = await runWith(["call", `nats://${nats.host}/elsewhere`, "hello()", "--wit", path("guest.wit")]);
  assert.equal(nobody.code, 1);
  assert.match(nobody.error, /\[unavailable\]/);
  assert.equal(await serving.stop(), 0);
  assert.equal(await nats.subscriptions(), 0);
});

test("imports are called at subjects", GUARD, async () => {
  await using nats = await startNatsServer();
  await using backend = await ServingProcess.start(1, path("server.wasm"), "--listen", `nats://${nats.host}/back`);
  const imported = ["--import", `test:host/backend=nats://${nats.host}/back`, "--listen", "tcp://[::1]:0"];
  await using serving = await ServingProcess.start(1, path("worker.wasm"), ...imported);
  const call = (text: string) => runWith(["call", serving.addresses[0] ?? "", text]);
  assert.equal((await call('work.echo("x")')).out, '"x"\n');
  assert.match((await call('work.ask("x")')).error, /the import test:host\/backend#ask failed: .*\[trap\]/);
  assert.equal(await serving.stop(), 0);
  assert.equal(await backend.stop(), 0);
});

test("whoever may publish is no local caller, so contracts are told only where all may ask", GUARD, async () => {
  await using nats = await startNatsServer();
  for (const scheme of ["nats", "wrpc+nats"]) {
    const address = `${scheme}://${nats.host}/${scheme.replace("+", "-")}`;
    await using serving = await ServingProcess.start(1, path("server.wasm"), "--listen", address);
    const { code, error } = await runWith(["wit", address]);
    assert.equal(code, 2, error);
    if (scheme === "nats") assert.match(error, /does not say what it serves to callers from here/);
    assert.ok(serving.lines.some((line) => /witwire:reflection.*\[permission-denied\]/.test(line)));
    const known = await runWith(["call", address, "handler.hello()", "--wit", path("guest.wit")]);
    assert.equal(known.out, HELLO, known.error);
  }
});

test("a NATS server with TLS is trusted by its authority, and may know its clients by theirs", GUARD, async () => {
  const authority = makeCertificate({ subject: "authority" });
  const pairs = {
    server: makeCertificate({ subject: "server", names: ["broker.example", "127.0.0.1"], issuer: authority }),
    client: makeCertificate({ subject: "client", issuer: authority }),
  };
  await writeFile(path("authority.pem"), authority.cert);
  for (const [name, { cert, key }] of Object.entries(pairs)) {
    await writeFile(path(`${name}.pem`), cert);
    await writeFile(path(`${name}.key`), key);
  }
  const file = (name: string): string => JSON.stringify(path(name));
  const config = `tls { cert_file: ${file("server.pem")}, key_file: ${file("server.key")}, ca_file: ${file("authority.pem")}, verify: true }`;
  await using nats = await startNatsServer({ config });
  const address = `nats://${nats.host}/secure`;
  const tls = ["--ca", path("authority.pem"), "--cert", path("client.pem"), "--key", path("client.key")];
  await using serving = await ServingProcess.start(1, path("server.wasm"), "--listen", address, ...tls);
  assert.deepEqual(serving.addresses, [address]);
  const call = (...options: string[]) =>
    runWith(["call", address, "handler.hello()", "--wit", path("guest.wit"), ...options]);
  assert.equal((await call(...tls)).out, HELLO);
  assert.equal((await call(...tls, "--servername", "broker.example")).out, HELLO);
  for (const options of [[], tls.slice(0, 2), tls.slice(2), [...tls, "--servername", "other.example"]]) {
    assert.equal((await call(...options)).code, 1, options.join(" "));
  }
});

test("users, tokens, NKEYs and credentials open NATS, from files and from the environment", GUARD, async () => {
  const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
  const [user, stranger] = [nkeys.createUser(), nkeys.createUser()];
  await writeFile(path("password"), "hush\n");
  await writeFile(path("wrong"), "shush\n");
  await writeFile(path("user.nk"), text(user.getSeed()));
  await writeFile(path("stranger.nk"), text(stranger.getSeed()));
  const account = jwtAccount();
  await writeFile(path("user.creds"), account.credentials());
  await writeFile(path("stranger.creds"), jwtAccount().credentials());
  const users = "authorization { users = [{ user: shop, password: hush }] }";
  const cases: readonly [config: string, good: string[], bad: string[]][] = [
    [
      users,
      ["--nats-user", "shop", "--nats-password-file", path("password")],
      ["--nats-user", "shop", "--nats-password-file", path("wrong")],
    ],
    ["authorization { token: hush }", ["--nats-token-file", path("password")], ["--nats-token-file", path("wrong")]],
    [
      `authorization { users = [{ nkey: ${user.getPublicKey()} }] }`,
      ["--nats-nkey", path("user.nk")],
      ["--nats-nkey", path("stranger.nk")],
    ],
    [account.config, ["--nats-creds", path("user.creds")], ["--nats-creds", path("stranger.creds")]],
  ];
  for (const [config, good, bad] of cases) {
    await using nats = await startNatsServer({ config });
    const address = `nats://${nats.host}/login`;
    await using serving = await ServingProcess.start(1, path("server.wasm"), "--listen", address, ...good);
    const call = (...options: string[]) =>
      runWith(["call", address, "handler.hello()", "--wit", path("guest.wit"), ...options]);
    assert.deepEqual(await call(...good), { code: 0, out: HELLO, error: "" }, good.join(" "));
    for (const options of [bad, []]) {
      const { code, error } = await call(...options);
      assert.deepEqual([code, /uthoriz|uthent/.test(error)], [1, true], `${options.join(" ")}: ${error}`);
    }
    assert.equal(await serving.stop(), 0);
  }
  await using nats = await startNatsServer({ config: users });
  const address = `nats://${nats.host}/login`;
  await using serving = await ServingProcess.start(
    1,
    path("server.wasm"),
    "--listen",
    address,
    ...(cases[0]?.[1] ?? []),
  );
  assert.deepEqual(serving.addresses, [address]);
  Object.assign(process.env, { NATS_USER: "shop", NATS_PASSWORD: "hush" });
  try {
    assert.equal((await runWith(["call", address, "handler.hello()", "--wit", path("guest.wit")])).out, HELLO);
  } finally {
    Reflect.deleteProperty(process.env, "NATS_USER");
    Reflect.deleteProperty(process.env, "NATS_PASSWORD");
  }
});

test("a NATS server that is not there ends a server that was to listen, with the reason", GUARD, async () => {
  const { code, error } = await runProcess("serve", path("server.wasm"), "--listen", "nats://127.0.0.1:1");
  assert.equal(code, 1);
  assert.match(error, /127\.0\.0\.1:1.*\[unavailable\]/);
});
