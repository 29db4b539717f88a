/** Answers each request with its own body. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { announce } from "../../server-process.ts";

const server = createServer((request, response) => request.pipe(response));
server.listen(0, "127.0.0.1", () => announce(String((server.address() as AddressInfo).port)));
