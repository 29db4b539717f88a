import assert from "node:assert/strict";
import { test } from "node:test";
import type { Engine } from "./engine.ts";
import { trap } from "./memory-guest-session.ts";
import { type Raw, type Session, sessions } from "./resources-guest.ts";

/** Every way in which a guest can misuse its handles. */
export function resourceMisuseCompliance(engine: Engine): void {
  const start = sessions(engine);
  const traps = async (title: string, body: (session: Session) => Promise<unknown>): Promise<void> => {
    using session = await start();
    await assert.rejects(body(session), trap(), `${title} must trap`);
    assert.equal(session.instance.state, "poisoned", title);
    await assert.rejects(session.things.destroyed(), trap());
  };

  test("handles misused: each way is a trap", async () => {
    const withThing = (use: (raw: Raw, handle: number) => unknown) => async (session: Session) => {
      const raw = session.raw;
      await use(raw, await raw.newThing(1));
    };
    const withItem = (use: (raw: Raw, handle: number) => unknown) => async (session: Session) => {
      const raw = session.raw;
      await use(raw, await raw.newItem(1));
    };
    await traps(
      "dropping a thing twice",
      withThing(async (raw, handle) => {
        await raw.dropThing(handle);
        await raw.dropThing(handle);
      }),
    );
    await traps(
      "using a thing after it was dropped",
      withThing(async (raw, handle) => {
        await raw.dropThing(handle);
        await raw.repThing(handle);
      }),
    );
    await traps(
      "giving a thing away after it was dropped",
      withThing(async (raw, handle) => {
        await raw.dropThing(handle);
        await raw.giveThing(handle);
      }),
    );
    await traps(
      "giving a thing away twice",
      withThing(async (raw, handle) => {
        await raw.giveThing(handle);
        await raw.giveThing(handle);
      }),
    );
    await traps(
      "giving a thing away twice at once",
      withThing((raw, handle) => raw.giveThings(handle, handle)),
    );
    await traps(
      "taking a thing for an item",
      withThing((raw, handle) => raw.getItem(handle)),
    );
    await traps(
      "dropping a thing as an item",
      withThing((raw, handle) => raw.dropItem(handle)),
    );
    await traps(
      "giving a thing away as an item",
      withThing((raw, handle) => raw.giveItem(handle)),
    );
    await traps(
      "taking an item for a thing",
      withItem((raw, handle) => raw.repThing(handle)),
    );
    await traps(
      "dropping an item as a thing",
      withItem((raw, handle) => raw.dropThing(handle)),
    );
    await traps(
      "dropping an item twice",
      withItem(async (raw, handle) => {
        await raw.dropItem(handle);
        await raw.dropItem(handle);
      }),
    );
    await traps(
      "using an item after it was dropped",
      withItem(async (raw, handle) => {
        await raw.dropItem(handle);
        await raw.getItem(handle);
      }),
    );
    await traps(
      "using an item after it was given away",
      withItem(async (raw, handle) => {
        await raw.takeItem(handle);
        await raw.lookItem(handle);
      }),
    );
    await traps(
      "lending an item and giving it away in one call",
      withItem((raw, handle) => raw.tradeItem(handle, handle)),
    );
    for (const handle of [0, 77, 0x7fff_ffff, 0xffff_ffff]) {
      await traps(`handle ${handle}, dropped`, ({ raw }) => raw.dropThing(handle));
      await traps(`handle ${handle}, used`, ({ raw }) => raw.getItem(handle));
      await traps(`handle ${handle}, given away`, ({ raw }) => raw.giveThing(handle));
    }
    await traps("a borrow that outlives its call", ({ raw }) => raw.hold({ get: () => 1 }));
    await traps("a borrow given away", ({ raw }) => raw.giveBorrowed({ n: 1, get: () => 1 }));
  });
}
