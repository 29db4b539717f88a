import { createLeanClient, createLeanSessionTransport } from "@witwire/rpc/lean";
import { dialWebSocket } from "@witwire/web";
import { notes } from "./generated/demo/notes/notes.lean.ts";

const transport = createLeanSessionTransport(dialWebSocket("wss://example.com/rpc"));
createLeanClient(notes, transport).find("milk").then(console.log);
