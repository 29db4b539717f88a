import { acceptPort, type PortLike } from "@witwire/web";
import { echoServer } from "../echo-server.ts";

acceptPort(echoServer().server, globalThis as unknown as PortLike);
