import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, it } from "node:test";
import { connect } from "@witwire/node";
import { createClient } from "@witwire/rpc";
import { greeter } from "./generated/bench/calls/greeter.ts";
import { greeting, name, request, response } from "./payload.ts";

describe("the payload of the floor", () => {
  it("is byte for byte what our client sends and takes as an answer", async () => {
    const received: Buffer[] = [];
    const server = createServer({ allowHalfOpen: true }, (socket: Socket) => {
      socket.on("data", (bytes) => received.push(bytes));
      socket.on("end", () => socket.end(response));
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const transport = connect(`wrpc+tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
    assert.equal(await createClient(greeter, transport).greet(name), greeting);
    assert.deepEqual(Buffer.concat(received), Buffer.from(request));
    await transport.close();
    server.close();
  });
});
