import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createClient, createServer } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { connect } from "./connect.ts";
import { listen } from "./listen.ts";
import { makeCertificate } from "./testing/certificate.ts";

const contract = findInterface(parseWit("package test:quiet; interface quiet { wait: func() -> string; }"), "quiet");
const authority = makeCertificate({ subject: "authority" });
const own = makeCertificate({ subject: "server", names: ["127.0.0.1"], issuer: authority });

const cases = [
  ["tcp://", undefined],
  ["wrpc+tcp://", undefined],
  ["wrpc+tls://", undefined],
  ["http://", "1.1"],
  ["http://", "2"],
  ["https://", "1.1"],
  ["https://", "2"],
] as const;

// No network can be made silent here, but the system says of every socket whether it would find out.
for (const [scheme, version] of cases) {
  const skip = process.platform !== "linux";
  const name = `the system watches the sockets of both sides of ${scheme}${version === undefined ? "" : `, HTTP/${version}`}`;
  test(name, { skip, timeout: 30_000 }, async () => {
    const finish = Promise.withResolvers<string>();
    const server = createServer();
    server.serve(contract, { wait: () => finish.promise });
    const http = version === undefined ? {} : { http: { version } };
    await using listener = await listen(server, `${scheme}127.0.0.1:0`, { tls: own, ...http });
    const transport = connect(listener.address, { tls: { ca: authority.cert }, ...http });
    const waiting = createClient(contract, transport).wait?.();
    const port = Number(/:(\d+)/.exec(listener.address.slice(scheme.length))?.[1]);
    const end = Date.now() + 10_000;
    while (server.stats().calls === 0 || watchedSockets(port) < 2) {
      assert.ok(Date.now() < end, `${watchedSockets(port)} sockets of 2 are watched`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    finish.resolve("done");
    assert.equal(await waiting, "done");
    await transport.close();
    await server.close();
  });
}

/** Established, and half closed from either side, as plain wRPC has it once the parameters are sent. */
const open: ReadonlySet<string> = new Set(["01", "05", "08"]);

/** Connections from or to a port of 127.0.0.1 with the timer of keepalive (2), as proc_net_tcp(5) lists them. */
function watchedSockets(port: number): number {
  const own = port.toString(16).toUpperCase().padStart(4, "0");
  const lines = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
  return lines.filter((line) => {
    const [, local = "", remote = "", state = "", , timer = ""] = line.trim().split(/\s+/);
    return open.has(state) && timer.startsWith("02:") && [local, remote].some((place) => place.endsWith(`:${own}`));
  }).length;
}
