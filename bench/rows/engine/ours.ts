/** `ours.ts <case>`: Witwire's engine. */
import { compile } from "../../../packages/component/src/index.ts";
import { type Engine, report } from "./cases.ts";
import { guest } from "./guest.ts";

const component = await compile(await guest());
const foo = async (x: number): Promise<number> => x + 1;
const sync = component.instantiateSync<NonNullable<Engine["sync"]>>({ foo: (x: number) => x + 1 });
const suspending = await component.instantiate<NonNullable<Engine["suspending"]>>({ foo });
await report(process.argv[2] ?? "", {
  sync: sync.exports,
  suspending: suspending.exports,
  instantiate: () => component.instantiate({ foo }),
});
process.exit();
