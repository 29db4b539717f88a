import { asyncPaths, asyncValues, createLeanClient, createLeanPlainTransport } from "@witwire/rpc/lean";
import { dialWebSocket } from "@witwire/web";
import { feed } from "./generated-feed/demo/feed/feed.lean.ts";

const transport = createLeanPlainTransport(dialWebSocket("wrpc+wss://example.com/rpc"), { asyncPaths });
const client = createLeanClient(feed, transport, { asyncValues });
for await (const event of await client.follow("milk")) console.log(event);
