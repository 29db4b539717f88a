/** A process that is started for the calls that are made to it. */
import { listen } from "@witwire/node";
import { createEchoServer } from "./service.ts";

await listen(createEchoServer(), "parent:");
