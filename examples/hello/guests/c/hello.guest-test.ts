/** Guests in C. Run by `npm run test:c-guests`, apart from the other tests, because it needs clang. */
import { compile } from "@witwire/component";
import { compileC } from "../../../../packages/component/guests/c/compile.ts";
import { wrapModule } from "../../../../packages/component/src/testing/guest-builder.ts";
import { type Guests, guestFile, helloWit, watGuests } from "../../guests.ts";
import { testPairs } from "../../pairs.ts";

await testPairs([await cGuests(), await watGuests()]);

async function cGuests(): Promise<Guests> {
  const wit = await helloWit();
  const [server, client] = await Promise.all(["server", "client"].map((name) => compileC(guestFile(`c/${name}.c`))));
  return {
    language: "C",
    answer: "hello from C",
    server: await compile(await wrapModule(wit, "server", server as Uint8Array)),
    client: await compile(await wrapModule(wit, "client", client as Uint8Array)),
  };
}
