import type { AddressInfo } from "node:net";
import { os, type RouterClient, type } from "@orpc/server";
import { RPCHandler } from "@orpc/server/ws";
import { WebSocketServer } from "ws";
import { announce } from "../../../server-process.ts";
import type { Person } from "../../session-call/person.ts";
import { people } from "../streamed.ts";

const router = {
  echo: os.input(type<Person>()).handler(({ input }) => input),
  people: os.input(type<number>()).handler(async function* ({ input }) {
    yield* people(input);
  }),
};
export type Client = RouterClient<typeof router>;

const handler = new RPCHandler(router);
const wss = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
wss.on("connection", (socket) => void handler.upgrade(socket));
wss.on("listening", () => announce(`ws://127.0.0.1:${(wss.address() as AddressInfo).port}`));
