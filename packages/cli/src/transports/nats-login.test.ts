import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { UsageError } from "../usage-error.ts";
import { type NatsLogin, readNatsLogin, type WrittenNatsLogin } from "./nats-login.ts";

const ADDRESS = "nats://127.0.0.1:4222/shop";
const SEED = `SU${"A".repeat(56)}`;
const CREDENTIALS = `-----BEGIN NATS USER JWT-----\nx\n------END NATS USER JWT------\n
-----BEGIN USER NKEY SEED-----\n${SEED}\n------END USER NKEY SEED------\n`;

let folder = "";
const path = (name: string): string => join(folder, name);

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "witwire-login-"));
  const files = {
    creds: CREDENTIALS,
    nkey: `# of the shop\r\n${SEED}\r\n`,
    secret: "s3cret\r\n",
    lines: "one\ntwo\n",
    empty: "\n",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path(name), text);
});

after(() => rm(folder, { recursive: true }));

const read = (written: WrittenNatsLogin, environment = {}, addresses = [ADDRESS]): Promise<NatsLogin | undefined> =>
  readNatsLogin(written, addresses, environment);

async function refused(message: RegExp, ...args: Parameters<typeof read>): Promise<void> {
  await assert.rejects(read(...args), (error) => error instanceof UsageError && message.test(error.message));
}

describe("a login at NATS", () => {
  test("comes from files", async () => {
    assert.deepEqual(await read({ "nats-creds": path("creds") }), { kind: "creds", secret: Buffer.from(CREDENTIALS) });
    assert.deepEqual(await read({ "nats-nkey": path("nkey") }), { kind: "nkey", secret: Buffer.from(SEED) });
    assert.deepEqual(await read({ "nats-token-file": path("secret") }), { kind: "token", token: "s3cret" });
    const user = { "nats-user": "shop", "nats-password-file": path("secret") };
    assert.deepEqual(await read(user), { kind: "user", user: "shop", pass: "s3cret" });
  });

  test("comes from the environment, which options go before", async () => {
    assert.deepEqual(await read({}, { NATS_TOKEN: "t" }), { kind: "token", token: "t" });
    assert.deepEqual(await read({}, { NATS_NKEY: path("nkey") }), { kind: "nkey", secret: Buffer.from(SEED) });
    const variables = { NATS_USER: "me", NATS_PASSWORD: "p" };
    assert.deepEqual(await read({}, variables), { kind: "user", user: "me", pass: "p" });
    assert.deepEqual(await read({ "nats-user": "you" }, variables), { kind: "user", user: "you", pass: "p" });
    assert.equal((await read({ "nats-creds": path("creds") }, variables))?.kind, "creds");
    assert.equal(await read({}), undefined);
  });

  test("is not looked for where there is no address of NATS", async () => {
    assert.equal(await read({}, { NATS_CREDS: "/nowhere" }, ["tcp://[::1]:1"]), undefined);
    await refused(/--nats-user would do nothing/, { "nats-user": "x" }, {}, ["tcp://[::1]:1"]);
  });

  test("is one, and whole", async () => {
    const two = { "nats-creds": path("creds"), "nats-nkey": path("nkey") };
    await refused(/--nats-creds and --nats-nkey are two ways/, two);
    await refused(/NATS_CREDS and NATS_TOKEN are two ways/, {}, { NATS_CREDS: path("creds"), NATS_TOKEN: "t" });
    await refused(/needs a password, in a file with --nats-password-file or in NATS_PASSWORD/, { "nats-user": "x" });
    await refused(/needs the user, in --nats-user/, { "nats-password-file": path("secret") });
    await refused(/needs the user/, { "nats-password-file": path("secret"), "nats-token-file": path("secret") });
  });

  test("is not taken from files that are something else, or not there", async () => {
    await refused(/--nats-creds .*secret has no credentials of NATS/, { "nats-creds": path("secret") });
    await refused(/NATS_NKEY .*secret has no seed/, {}, { NATS_NKEY: path("secret") });
    await refused(/--nats-token-file .*lines should have one line/, { "nats-token-file": path("lines") });
    await refused(/should have one line/, { "nats-token-file": path("empty") });
    await refused(/--nats-creds .*none cannot be read: there is no such file/, { "nats-creds": path("none") });
  });

  test("is not in an address, and what was written there is not repeated", async () => {
    await assert.rejects(read({}, {}, ["wrpc+nats://me:hush@host/x"]), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, /--nats-password-file/);
      assert.doesNotMatch(error.message, /hush/);
      return true;
    });
  });
});
