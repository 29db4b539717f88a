import type { AddressInfo } from "node:net";
import { initTRPC } from "@trpc/server";
import { applyWSSHandler } from "@trpc/server/adapters/ws";
import { WebSocketServer } from "ws";
import { announce } from "../../../server-process.ts";
import type { Person } from "../../session-call/person.ts";
import { people } from "../streamed.ts";

const t = initTRPC.create();
const router = t.router({
  echo: t.procedure.input((value) => value as Person).query(({ input }) => input),
  people: t.procedure
    .input((value) => value as number)
    .subscription(async function* ({ input }) {
      yield* people(input);
    }),
});
export type Router = typeof router;

const wss = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
applyWSSHandler({ wss, router });
wss.on("listening", () => announce(`ws://127.0.0.1:${(wss.address() as AddressInfo).port}`));
