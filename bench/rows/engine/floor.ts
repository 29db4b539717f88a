/** `floor.ts <case>`: V8 alone, with a core module that does the same. */
import { promising, suspending, webAssembly } from "../../../packages/component/src/core/web-assembly.ts";
import { buildText } from "../../../packages/component/src/testing/guest-builder.ts";
import { report } from "./cases.ts";
import { floorText } from "./guest.ts";

type Core = { nop(x: number): number; run(n: number): number };

const module = await webAssembly.compile(new Uint8Array(await buildText(floorText)));
const link = (foo: object): Core => new webAssembly.Instance(module, { host: { foo } }).exports as unknown as Core;
const foo = async (x: number | bigint): Promise<number> => Number(x) + 1;
const core = link(suspending(foo));
await report(process.argv[2] ?? "", {
  sync: link((x: number) => x + 1),
  suspending: {
    nop: promising(core.nop as never) as unknown as (x: number) => Promise<number>,
    run: promising(core.run as never) as unknown as (n: number) => Promise<number>,
  },
  instantiate: () => link(suspending(foo)),
});
process.exit();
