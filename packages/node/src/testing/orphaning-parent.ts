import { createClient } from "@witwire/rpc";
import { findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";
import { connectProcess } from "../process/connect-process.ts";
import { doomedWit } from "./doomed-wit.ts";

/** A parent that tells which child it has, and waits to be killed. */
const script = new URL("./child-server.ts", import.meta.url).pathname;
const transport = connectProcess(process.execPath, [script, process.argv[2] ?? "descriptor"], {
  channel: process.argv[2] === "stdio" ? "stdio" : "descriptor",
});
console.log(await createClient(findInterface(parseWit(doomedWit), "doomed"), transport).ping?.());
