import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { announce } from "../../../server-process.ts";
import { chunks, people } from "../streamed.ts";
import { Directory } from "./directory_pb.ts";

const handler = connectNodeAdapter({
  routes(router) {
    router.service(Directory, {
      echo: (person) => person,
      async *people({ count }) {
        for (const person of people(count)) yield { ...person, tags: [...person.tags] };
      },
      async *bytes({ chunks: count }) {
        for (const data of chunks(count)) yield { data };
      },
    });
  },
});
const server = createServer(handler);
server.listen(0, "127.0.0.1", () => announce(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
