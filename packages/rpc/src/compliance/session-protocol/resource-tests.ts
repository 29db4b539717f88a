import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type CallContext, isWitError, type Stream } from "@witwire/wit/values";
import { createClient, type DynamicClient, type DynamicResource } from "../../client/create-client.ts";
import type { SessionTransport, SessionTransportOptions } from "../../peer/session-transport.ts";
import { callerTransport } from "../../server/call-context.ts";
import { createServer } from "../../server/create-server.ts";
import type { InvocationTransport } from "../../transport/invocation.ts";
import { createMemoryTransport } from "../../transport/memory-transport.ts";
import { calls, desk } from "../contracts.ts";
import { Desk, Listener, Note } from "../desk.ts";
import type { Harness } from "../harness.ts";
import { eventually, failsWith, HANG_GUARD, Scene, type SceneOptions } from "../scene.ts";

/** Resources of either side, given, lent, called and dropped. Every test ends with tables that are empty on both sides. */
export function resourceTests(harness: Harness): void {
  const guarded = (name: string, body: (at: DeskScene) => Promise<void>, options?: SceneOptions): void =>
    void test(name, { timeout: HANG_GUARD }, async () => {
      await using scene = await Scene.open(harness, options);
      const implementation = new Desk();
      scene.server.serve(desk, implementation as never);
      const notes = Note.live;
      await body({ scene, implementation, client: scene.client(desk) });
      await eventually(() => scene.transport.stats().handles === 0).catch(() =>
        assert.fail(`${scene.transport.stats().handles} handles at the client`),
      );
      await eventually(() => scene.server.stats().handles === 0).catch(() =>
        assert.fail(`${scene.server.stats().handles} handles at the server`),
      );
      assert.equal(Note.live, notes, "notes that nobody disposed of");
    });

  guarded("a resource of the server: methods, own and borrow, and a drop that disposes of it", async ({ client }) => {
    const note = await newNote(client, "a");
    assert.equal(await note.text?.(), "a");
    assert.equal(await client.read?.(note), "a");
    const copy = (await note.copy?.()) as DynamicResource;
    assert.ok(copy instanceof (client.Note as never), "an instance of the client's class");
    assert.equal(await copy.text?.(), "a'");
    assert.equal(await client.burn?.(note), "a");
    await failsWith(note.text?.(), "invalid-argument", /disposed or given away/);
    copy[Symbol.dispose]();
    copy[Symbol.dispose]();
    await failsWith(client.read?.(copy), "invalid-argument", /disposed or given away/);
  });

  guarded("a callback: the server calls methods of a client's object, during the call and after it", async (at) => {
    const { client, scene } = at;
    const listener = new Listener();
    assert.equal(await client.ask?.(listener, "one"), 1);
    assert.equal(scene.transport.stats().handles, 0, "what was lent has returned");
    assert.equal(await client.keep?.(listener), 0);
    assert.deepEqual([scene.transport.stats().handles, scene.server.stats().handles], [1, 1]);
    assert.equal(await client.say?.(0, "two"), 2);
    assert.deepEqual(listener.words, ["one", "two"]);
    const kept = at.implementation.at(0);
    await assert.rejects(kept.answer(), (error) => isWitError(error) && error.payload === "listener does not answer");
    const followed = await kept.follow(chunks(1, 2, 3));
    assert.deepEqual(
      await Array.fromAsync(followed),
      [2, 3, 4].map((byte) => Uint8Array.of(byte)),
    );
    const child = await kept.child("small");
    assert.equal(await child.heard("hush"), 1);
    child[Symbol.dispose]();
    await client.release?.(0);
    await eventually(() => listener.disposed);
    await failsWith(client.say?.(0, "three"), "invalid-argument");
  });

  guarded("a resource that comes home is the object that was given away", async ({ client, scene }) => {
    const listener = new Listener();
    assert.equal(await client.echo?.(listener), listener);
    assert.equal(await client.keep?.(listener), 0);
    assert.equal(await client.giveBack?.(0), listener);
    const many = Array.from({ length: 3000 }, () => new Listener());
    assert.deepEqual(await client.echoAll?.(many), many);
    assert.equal(await client.later?.(Promise.resolve(listener)), listener);
    assert.deepEqual(await Array.fromAsync((await client.passOn?.(many)) as Stream<unknown>), many);
    assert.ok(!listener.disposed && many.every(({ disposed }) => !disposed));
    assert.equal(scene.transport.stats().handles, 0);
  });

  guarded("one object given twice is disposed of once, with the last number", async ({ client, implementation }) => {
    const listener = new Listener();
    await client.keep?.(listener);
    await client.keep?.(listener);
    await client.release?.(0);
    assert.equal(await client.say?.(1, "still here"), 1);
    assert.equal(listener.disposed, false);
    implementation.at(1)[Symbol.dispose]();
    await eventually(() => listener.disposed);
  });

  guarded("what was lent dies with its call, and cannot be given away", async ({ client, implementation }) => {
    await client.askLater?.(new Listener());
    await failsWith(implementation.at(0).heard("?"), "invalid-argument", /disposed or given away/);
    await failsWith(client.adopt?.(new Listener()), "internal");
  });

  guarded("what is lent to a call that runs cannot be given away, and is dropped when the call is over", async (at) => {
    const { client, scene } = at;
    const note = await newNote(client, "busy");
    const controller = new AbortController();
    const waiting = note.wait?.({ signal: controller.signal });
    await eventually(() => scene.server.stats().calls === 1);
    await failsWith(client.burn?.(note), "invalid-argument", /lent to a call that runs/);
    await failsWith(client.both?.(note, note), "invalid-argument");
    note[Symbol.dispose]();
    await client.noteList?.(0);
    assert.equal(scene.server.stats().handles, 1, "the call still has it");
    controller.abort();
    await failsWith(waiting, "cancelled");
    const other = await newNote(client, "b");
    await failsWith(client.both?.(other, other), "invalid-argument", /given away by the same call/);
    other[Symbol.dispose]();
  });

  guarded("cancelled calls, refused calls and failed calls lose nothing", async ({ client, scene, implementation }) => {
    const listener = new Listener();
    const controller = new AbortController();
    const stuck = client.stuck?.(listener, { signal: controller.signal });
    await eventually(() => implementation.kept.length === 1);
    controller.abort();
    await failsWith(stuck, "cancelled");
    implementation.at(0)[Symbol.dispose]();
    await eventually(() => listener.disposed);
    for (let i = 0; i < 50; i++) {
      const early = new AbortController();
      const outcome = client.noteList?.(100, { signal: early.signal });
      if (i % 2 === 0) queueMicrotask(() => early.abort());
      else setTimeout(() => early.abort(), i / 10);
      await (outcome as Promise<DynamicResource[]>).then(
        (notes) => {
          for (const note of notes) note[Symbol.dispose]();
        },
        () => {},
      );
    }
    const given = Array.from({ length: 20 }, () => new Listener());
    const nobody = createClient(
      { ...desk, name: "test:desk/nobody" } as typeof desk,
      scene.transport,
    ) as unknown as DynamicClient;
    for (const each of given.slice(0, 10)) await failsWith(nobody.keep?.(each), "unimplemented");
    for (const each of given.slice(10)) await assert.rejects(client.refuse?.(each) as Promise<unknown>, isWitError);
    await eventually(() => given.slice(0, 10).every(({ disposed }) => disposed));
  });

  guarded("streams of resources that are read in part, stopped or never read", async ({ client, scene }) => {
    for (const read of [0, 1, 5]) {
      const stream = (await client.notes?.(1000)) as Stream<DynamicResource>;
      let count = 0;
      if (read > 0) {
        for await (const note of stream) {
          note[Symbol.dispose]();
          if (++count === read) break;
        }
      }
      stream.cancel();
      await eventually(() => scene.server.stats().calls === 0);
      await eventually(() => scene.transport.stats().handles === 0);
    }
    const listeners = Array.from({ length: 100 }, () => new Listener());
    const echoed = (await client.passOn?.(listeners)) as Stream<Listener>;
    for await (const listener of echoed) {
      assert.ok(listeners.includes(listener));
      break;
    }
  });

  guarded("handles that are never claimed, or forgotten, are dropped", async ({ client, scene }) => {
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    await client.noteList?.(100);
    await eventually(() => {
      gc();
      return scene.server.stats().handles === 0;
    });
  });

  guarded("a session that has ended keeps no stub, not even one that its transport leads to", async ({ scene }) => {
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    const notes: WeakRef<DynamicResource>[] = [];
    const hold = async (): Promise<void> => {
      const transport = scene.connect() as SessionTransport;
      const note = await newNote(createClient(desk, transport), "held");
      transport.onStateChange = () => void note;
      notes.push(new WeakRef(note));
      await transport.close();
    };
    for (let count = 0; count < 3; count++) await hold();
    await eventually(() => {
      gc();
      return notes.every((note) => note.deref() === undefined);
    });
  });

  guarded("a stub of another server works at a third party by proxy, and is disposed of with the proxy", async (at) => {
    const { client, scene } = at;
    const far = new Desk();
    await using other = await Scene.open(harness);
    other.server.serve(desk, far as never);
    const farClient = other.client(desk);
    const listener = new Listener("near");
    await farClient.keep?.(listener);
    // The far server's note goes to the near one, which reads it through this process.
    const note = await newNote(farClient, "far");
    assert.equal(await client.read?.(note), "far");
    assert.equal(await client.burn?.(note), "far");
    await failsWith(note.text?.(), "invalid-argument", /disposed or given away/);
    await eventually(() => other.server.stats().handles === 1);
    // What the near server holds of this client, the far one can have too.
    await client.keep?.(new Listener("proxied"));
    const kept = at.implementation.at(0);
    const third = createClient(desk, scene.connect());
    assert.equal(typeof third.keep, "function");
    assert.equal(await kept.heard("direct"), 1);
    await farClient.release?.(0);
    kept[Symbol.dispose]();
    await eventually(() => other.server.stats().handles === 0);
  });

  guarded("a resource of plain wRPC is passed on by proxy", async ({ client }) => {
    const plain = createServer();
    plain.serve(desk, new Desk() as never);
    const transport = createMemoryTransport(plain);
    const note = await newNote(createClient(desk, transport), "plain");
    assert.equal(await client.read?.(note), "plain");
    assert.equal(await client.burn?.(note), "plain");
    await failsWith(note.text?.(), "invalid-argument", /disposed or given away/);
    await transport.close();
    await plain.close();
  });

  guarded("deadlines and cancelling reach through a callback", async ({ client, implementation }) => {
    const listener = new Listener();
    await client.keep?.(listener);
    const remaining = Promise.withResolvers<number>();
    listener.heard = (_what, context) => {
      remaining.resolve(context.timeRemaining());
      return 1;
    };
    await client.say?.(0, "quick", { timeout: 20_000 });
    const time = await remaining.promise;
    assert.ok(time > 0 && time <= 20_000, `${time} ms`);
    implementation.at(0)[Symbol.dispose]();
  });

  guarded("resources of a connection that has ended are dead, and disposed of where they lived", async (at) => {
    const { client, scene } = at;
    const transport = scene.connect();
    const doomed = createClient(desk, transport);
    const listener = new Listener();
    const index = (await doomed.keep?.(listener)) as number;
    const note = await newNote(doomed, "doomed");
    await transport.close({ force: true });
    assert.ok(listener.disposed);
    await failsWith(note.text?.(), "unavailable", /session has ended/);
    await failsWith(client.read?.(note), "unavailable", /session in which this note lived has ended/);
    await eventually(() => scene.server.stats().handles === 0);
    await failsWith(at.implementation.at(index).heard("?"), "unavailable", /session has ended/);
    note[Symbol.dispose]();
  });

  guarded(
    "a full table refuses new resources, says so, and keeps the live ones",
    async ({ client, scene }) => {
      const notes = [await newNote(client, "1"), await newNote(client, "2"), await newNote(client, "3")];
      await failsWith(newNote(client, "4"), "resource-exhausted", /maxHandles/);
      assert.equal(await notes[0]?.text?.(), "1");
      for (const note of notes) note[Symbol.dispose]();
      await eventually(() => scene.server.stats().handles === 0);
      const listeners = [0, 1, 2].map(() => new Listener());
      for (const listener of listeners) await client.keep?.(listener);
      await failsWith(client.keep?.(new Listener()), "resource-exhausted", /maxHandles/);
      for (const index of [0, 1, 2]) await client.release?.(index);
      Note.live--;
    },
    { server: { limits: { maxHandles: 3 } } },
  );

  guarded("what the server frees is not found any more", async ({ client, scene, implementation }) => {
    const made: Note[] = [];
    class KeptNote extends Note {
      constructor(text: string) {
        super(text);
        made.push(this);
      }
    }
    implementation.noteList = (count) => Array.from({ length: count }, (_, i) => new KeptNote(`${i}`));
    const [note] = ((await client.noteList?.(1)) ?? []) as DynamicResource[];
    assert.equal(scene.server.freeHandle(made[0] as Note), true);
    assert.equal(scene.server.freeHandle(made[0] as Note), false);
    await failsWith(note?.text?.(), "not-found");
    note?.[Symbol.dispose]();
    made[0]?.[Symbol.dispose]();
  });

  guarded("the caller's own server can be called on the session, while it lasts", async ({ scene }) => {
    const own = createServer();
    const note = new Note("of the client");
    own.serve(desk, { Note, ...completedDesk(), noteList: () => [note], burn: (n: Note) => n.text() } as never);
    const transport = scene.connect({ server: own } as SessionTransportOptions);
    let read: unknown;
    const contexts: CallContext[] = [];
    scene.serve(calls, {
      nullary: async (context: CallContext) => {
        const back = callerTransport(context);
        assert.ok(back !== undefined);
        contexts.push(context);
        const caller = createClient(desk, back);
        const notes = ((await caller.noteList?.(1, context)) ?? []) as DynamicResource[];
        read = await notes[0]?.text?.();
        await caller.burn?.(notes[0]);
        return "done";
      },
    });
    assert.equal(await createClient(calls, transport).nullary?.(), "done");
    assert.equal(read, "of the client");
    await transport.close();
    const back = callerTransport(contexts[0] as CallContext);
    await failsWith(createClient(desk, back as InvocationTransport).noteList?.(1), "unavailable", /session/);
    await own.close();
    assert.deepEqual(own.stats(), { connections: 0, calls: 0, handles: 0, timers: 0 });
    note[Symbol.dispose]();
  });

  guarded("a client without a server answers nothing but what it has passed", async ({ scene }) => {
    scene.serve(calls, {
      nullary: async (context: CallContext) => {
        const caller = createClient(desk, callerTransport(context) as InvocationTransport);
        await failsWith(caller.noteList?.(1), "unimplemented");
        return "done";
      },
    });
    assert.equal(await scene.client(calls).nullary?.(), "done");
    assert.equal(callerTransport({} as CallContext), undefined);
  });

  guarded("values that are no resources are refused", async ({ client }) => {
    for (const wrong of [undefined, null, 7, "x", Uint8Array.of(1)]) {
      await failsWith(client.keep?.(wrong), "invalid-argument", /expected a listener object/);
    }
    const note = await newNote(client, "n");
    await failsWith(client.keep?.(note), "invalid-argument", /expected a test:desk\/listeners#listener/);
    const listener = new Listener();
    await failsWith(client.echoAll?.([listener, listener]), "invalid-argument", /twice/);
    note[Symbol.dispose]();
  });

  guarded("a hundred thousand handles, passed back and forth", async ({ client, scene, implementation }) => {
    for (let round = 0; round < 10; round++) {
      const listeners = Array.from({ length: 5000 }, () => new Listener());
      const back = await client.echoAll?.(listeners);
      assert.deepEqual(back, listeners);
      const notes = (await client.noteList?.(5000)) as DynamicResource[];
      for (const note of notes) note[Symbol.dispose]();
    }
    assert.equal(implementation.kept.length, 0);
    await eventually(() => scene.server.stats().handles === 0);
  });
}

interface DeskScene {
  readonly scene: Scene;
  readonly implementation: Desk;
  readonly client: DynamicClient;
}

/** A desk whose functions are its own properties, so that they can be spread. */
function completedDesk(): object {
  const of = new Desk();
  const names = Object.getOwnPropertyNames(Desk.prototype).filter((name) => name !== "constructor");
  return Object.fromEntries(
    names.map((name) => [
      name,
      (...args: unknown[]) => (of as never as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args),
    ]),
  );
}

async function newNote(client: DynamicClient, text: string): Promise<DynamicResource> {
  return (await client.Note?.new(text)) as DynamicResource;
}

async function* chunks(...bytes: number[]): AsyncGenerator<Uint8Array> {
  for (const byte of bytes) yield Uint8Array.of(byte);
}
