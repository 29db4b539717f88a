import { asyncValues, createLeanClient, createLeanSessionTransport } from "@witwire/rpc/lean";
import { dialWebSocket } from "@witwire/web";
import { feed } from "./generated-feed/demo/feed/feed.lean.ts";

const transport = createLeanSessionTransport(dialWebSocket("wss://example.com/rpc"));
const client = createLeanClient(feed, transport, { asyncValues });
for await (const event of await client.follow("milk")) console.log(event);
