/**
 * That every adapter answers, and answers right; nothing is measured. Needs `npm run bench:install`.
 * Run with `npm run bench:smoke`.
 */
import { it } from "node:test";
import { echo, streamBytes, streamPeople } from "./checked.ts";
import { ours, rivals } from "./peers.ts";
import { startPeer } from "./start-peer.ts";

for (const { name, title, streams } of [ours, ...rivals]) {
  it(`${title} answers calls right${streams.map((what) => `, and streams ${what}`).join("")}`, async () => {
    await using peer = await startPeer(name);
    const { client } = peer;
    for (let round = 0; round < 20; round++) await Promise.all(Array.from({ length: 20 }, () => echo(client)));
    if (streams.includes("people")) await streamPeople(client, 2000);
    if (streams.includes("bytes")) await streamBytes(client, 100);
  });
}
