import { createClient, createServer } from "@witwire/rpc";
import { connect } from "../connect.ts";
import { listen } from "../listen.ts";
import { Cell, cellServer, cells } from "./cells.ts";

/** A process with resources in both directions that gets killed: `serve <address>`, or `hold <address>` as a client. */
const [, , role, address = ""] = process.argv;
if (role === "serve") {
  const server = createServer();
  server.serve(cells, cellServer() as never);
  console.log((await listen(server, address)).address);
} else {
  const client = createClient(cells, connect(address as `tcp://${string}`));
  const held = (await client.make?.(3000)) as unknown[];
  await client.keep?.(Array.from({ length: 3000 }, (_, n) => new Cell(n)));
  console.log(`holds ${held.length}`);
  setInterval(() => held.length, 1000);
  await client.stuck?.(
    Array.from({ length: 1000 }, (_, n) => new Cell(n)),
    { timeout: Number.POSITIVE_INFINITY },
  );
}
