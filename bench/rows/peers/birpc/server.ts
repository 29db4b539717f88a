import type { AddressInfo } from "node:net";
import { createBirpc } from "birpc";
import { WebSocketServer } from "ws";
import { announce } from "../../../server-process.ts";
import type { Person } from "../../session-call/person.ts";

const functions = { echo: (person: Person): Person => person };
export type Functions = typeof functions;

const wss = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
wss.on("connection", (socket) => {
  createBirpc<object, Functions>(functions, {
    post: (message) => socket.send(message),
    on: (receive) => void socket.on("message", receive),
    serialize: JSON.stringify,
    deserialize: (message) => JSON.parse(String(message)),
  });
});
wss.on("listening", () => announce(`ws://127.0.0.1:${(wss.address() as AddressInfo).port}`));
