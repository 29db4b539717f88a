import assert from "node:assert/strict";
import { test } from "node:test";
import { isWitError } from "@witwire/wit/values";
import type { DynamicClient, DynamicResource } from "../../client/create-client.ts";
import { pipelined } from "../../client/pipelined.ts";
import { desk } from "../contracts.ts";
import { Desk, Listener, Note } from "../desk.ts";
import type { Harness } from "../harness.ts";
import { ClientScene, eventually, failsWith, HANG_GUARD, Scene } from "../scene.ts";
import { codeOf, frame, open, SessionPeer } from "./session-peer.ts";

const target = (name: string): readonly [string, string] => ["test:desk/desk", name];

/** Calls of resources that have not been answered with yet. */
export function pipeliningTests(harness: Harness): void {
  const guarded = (name: string, body: () => Promise<void>): void => void test(name, { timeout: HANG_GUARD }, body);

  /** A desk, and a note that is long in coming. */
  const begun = async (): Promise<{ scene: Scene; implementation: Desk; client: DynamicClient; later: Later }> => {
    const scene = await Scene.open(harness);
    const implementation = new Desk();
    scene.server.serve(desk, implementation as never);
    const client = scene.client(desk);
    return { scene, implementation, client, later: client.slowNote?.("abc") as Later };
  };

  guarded("calls leave before what they are called of is there, and so do those of what they give", async () => {
    await using scene = await ClientScene.open(harness);
    const client = scene.client(desk);
    const base = client.Note?.new("abc") as Later;
    const note = pipelined(base);
    const calls = [note.text?.(), note.copy?.(), pipelined(note.copy?.() as Later).text?.()];
    const peer = await SessionPeer.greet(await scene.accepted());
    const sent = [];
    for (const id of [1, 3, 5, 7, 9]) sent.push(await peer.expect("open", id));
    // Call 1 is note 4 * 1 + 2, as soon as it is there; call 7 or 9 asks for what call 5 or 7 answers with.
    const selves = sent.slice(1).map(({ body }) => [...body.subarray(-2)].join());
    assert.deepEqual(selves.slice(0, 3), ["1,6", "1,6", "1,6"]);
    assert.ok(["1,30", "1,22"].includes(selves[3] ?? ""), selves.join(" "));
    const text = Uint8Array.of(2, 104, 105);
    peer.send(frame(0x0a, 4), frame(0x52, 1, "01 04"), frame(0x52, 3, text));
    peer.send(frame(0x0a, 8), frame(0x52, 5, "01 08"), frame(0x0a, 12), frame(0x52, 7, "01 0c"), frame(0x52, 9, text));
    const [first, copy, last] = await Promise.all(calls);
    assert.deepEqual([first, last], ["hi", "hi"]);
    for (const each of [await base, copy]) (each as Disposable)[Symbol.dispose]();
    await scene.transport.close({ force: true });
  });

  guarded("they run when what they are called of is there, in chains too", async () => {
    const { scene, implementation, client, later } = await begun();
    await using _ = scene;
    const note = pipelined(later);
    const outcomes = [
      note.text?.(),
      note.text?.(),
      pipelined(pipelined(note.tear?.() as Later).copy?.() as Later).text?.(),
    ];
    const tagged = (note.$tagged as unknown as DynamicResource).text?.();
    await eventually(() => scene.server.stats().calls === 7);
    implementation.open.resolve();
    assert.deepEqual(await Promise.all([...outcomes, tagged]), ["abc", "abc", "bc'", "abc"]);
    // It is there by now, and asked like any other.
    assert.equal(await pipelined(later).text?.(), "abc");
    assert.equal(await note.text?.({ timeout: 10_000 }), "abc");
    await failsWith(client.read?.(note), "invalid-argument", /await it to pass it on/);
    await assert.rejects((pipelined(later) as unknown as Promised).nothing?.() as Promise<unknown>, TypeError);
    note[Symbol.dispose]();
    await failsWith(note.text?.(), "invalid-argument", /disposed/);
  });

  guarded("a call that fails, or gives an error, fails those that need its answer with the very same", async () => {
    const { scene, client, later, implementation } = await begun();
    await using _ = scene;
    implementation.open.resolve();
    const whole = (await client.Note?.new("whole")) as DynamicResource;
    const torn = whole.tear?.() as Later;
    const text = pipelined(torn).text?.() as Promise<unknown>;
    const [error, same] = await Promise.all([reason(torn), reason(text)]);
    assert.equal(error, same);
    assert.ok(isWitError(error) && error.payload === "too thick");
    const controller = new AbortController();
    implementation.open = Promise.withResolvers();
    const hanging = client.slowNote?.("never", { signal: controller.signal }) as Later;
    const calls = [pipelined(hanging).text?.(), pipelined(pipelined(hanging).copy?.() as Later).text?.()];
    setTimeout(() => controller.abort(), 20);
    const cancelled = await reason(hanging);
    assert.deepEqual(await Promise.all(calls.map(reason)), [cancelled, cancelled]);
    const refused = scene.client(desk, { instance: "test:desk/nobody" }).Note?.new("x") as Later;
    const never = pipelined(refused).text?.() as Promise<unknown>;
    assert.equal(await reason(never), await reason(refused));
    (await later)[Symbol.dispose]();
    whole[Symbol.dispose]();
    await eventually(() => scene.server.stats().handles === 0);
    Note.live--;
  });

  guarded("deadlines run while a call waits for what it is called of", async () => {
    const { scene, implementation, later } = await begun();
    await using _ = scene;
    await failsWith(pipelined(later).text?.({ timeout: 50 }), "deadline-exceeded");
    implementation.open.resolve();
    (await later)[Symbol.dispose]();
  });

  guarded("an answer that turns out to live at the caller is called there", async () => {
    const { scene, implementation, client, later } = await begun();
    await using _ = scene;
    implementation.open.resolve();
    const listener = new Listener();
    listener.heard = () => 7;
    const back = client.echo?.(listener) as Promise<DynamicResource>;
    assert.equal(await pipelined(back).heard?.("x"), 7);
    assert.equal(await back, listener as never);
    (await later)[Symbol.dispose]();
  });

  guarded("what a peer may not make of it", async () => {
    await using scene = await Scene.open(harness);
    const implementation = new Desk();
    scene.server.serve(desk, implementation as never);
    const peer = await SessionPeer.greet(scene.dial());
    const note = (name: string): readonly [string, string] => ["test:desk/desk", `note.${name}`];
    peer.send(open(1, target("slow-note"), "01 'a'"));
    const wrong: Record<string, Uint8Array> = {
      "a call that never was": open(3, note("text"), "01 02"),
      itself: open(5, note("text"), "01 16"),
      "a later call": open(7, note("text"), "01 26"),
      "a call of another type": open(9, ["test:desk/listeners", "listener.answer"], "01 06"),
      "two at once": open(11, target("one-of"), "02 01 06 01 16"),
    };
    for (const [what, bytes] of Object.entries(wrong)) {
      peer.send(bytes);
      const failed = await peer.expect("error");
      assert.ok(["not-found", "unimplemented"].includes(codeOf(failed)), what);
    }
    // Not a method's resource, so it has to wait, and is refused then.
    peer.send(open(13, target("one-of"), "01 01 06"), open(15, target("read"), "01 06"));
    await eventually(() => scene.server.stats().calls === 3);
    implementation.open.resolve();
    const frames = [];
    for (let i = 0; i < 4; i++) frames.push(await peer.next());
    const [given, answered, refused, read] = frames.sort((a, b) => a.id - b.id);
    assert.deepEqual([given?.type, answered?.type, refused?.type, read?.type].sort(), [
      "data",
      "data",
      "error",
      "give",
    ]);
    // Once it is there any call may have it, until it is dropped.
    peer.send(open(17, target("one-of"), "01 01 06"));
    assert.deepEqual([...(await peer.expect("data", 17)).body], [1]);
    peer.send(frame(0x09, 1), open(19, note("text"), "01 06"));
    assert.equal(codeOf(await peer.expect("error", 19)), "not-found");
    await eventually(() => scene.server.stats().handles === 0);
  });
}

type Later = Promise<DynamicResource>;
type Promised = Record<string, (() => unknown) | undefined>;

async function reason(outcome: unknown): Promise<unknown> {
  return (outcome as Promise<unknown>).then(
    () => assert.fail("it succeeded"),
    (error: unknown) => error,
  );
}
