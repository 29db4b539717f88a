/** A thread that answers calls of its parent. */
import { parentPort } from "node:worker_threads";
import { acceptPort } from "@witwire/web";
import { createEchoServer } from "./service.ts";

if (parentPort === null) throw new Error("this is for a thread");
acceptPort(createEchoServer(), parentPort);
