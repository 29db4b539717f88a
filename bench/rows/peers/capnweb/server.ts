import type { AddressInfo } from "node:net";
import { newWebSocketRpcSession } from "capnweb";
import { WebSocketServer } from "ws";
import { announce } from "../../../server-process.ts";
import { Directory } from "./directory.ts";

const wss = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
wss.on("connection", (socket) => {
  newWebSocketRpcSession(socket as unknown as globalThis.WebSocket, new Directory());
});
wss.on("listening", () => announce(`ws://127.0.0.1:${(wss.address() as AddressInfo).port}`));
