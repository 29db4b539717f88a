/** Serves over one transport, in a process of its own: `server.ts <transport> [host:port of a NATS server]`. */
import { announce } from "../../server-process.ts";
import { routes } from "./routes.ts";
import { createEchoServer } from "./service.ts";

const [name = "", broker = ""] = process.argv.slice(2);
const route = routes[name];
if (route === undefined) throw new RangeError(`there is no way called "${name}"`);
announce(JSON.stringify(await route.listen(createEchoServer(), broker)));
