import { createLeanClient, createLeanPlainTransport } from "@witwire/rpc/lean";
import { dialWebSocket } from "@witwire/web";
import { notes } from "./generated/demo/notes/notes.lean.ts";

const transport = createLeanPlainTransport(dialWebSocket("wrpc+wss://example.com/rpc"));
createLeanClient(notes, transport).find("milk").then(console.log);
