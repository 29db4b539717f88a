import { Socket } from "node:net";
import { dialRaw } from "./socket-harness.ts";

/** A child that passes what its parent sends on descriptor 3 on to a socket, and back. */
const parent = new Socket({ fd: 3, readable: true, writable: true, allowHalfOpen: true });
const server = dialRaw(process.argv[2] ?? "");
console.log("a child may print whatever it wants");
parent.pipe(server).pipe(parent);
for (const socket of [parent, server]) socket.on("error", () => process.exit(1)).on("close", () => process.exit());
