import { equal, rejects } from "node:assert/strict";
import { createClient, type InvocationTransport, isRpcError } from "@witwire/rpc";
import { contractOf } from "../contract.ts";

interface Voids {
  remember(value: string): void;
  recall(): string;
}

interface Resources {
  peek(counter: Counter): number;
  retire(counter: Counter): number;
  Counter: {
    new: (start: number) => Promise<Counter>;
    join: (left: Counter, right: Counter) => Promise<Counter>;
  };
}

interface Counter extends Disposable {
  increment(by: number): Promise<number>;
  value(): Promise<number>;
}

type Script = (transport: InvocationTransport) => Promise<void>;

const resources = (transport: InvocationTransport) => createClient<Resources>(contractOf("resources"), transport);

/** Rows of several calls: what they check is what one call leaves behind for the next. */
const scripts: Readonly<Record<string, Script>> = {
  async "remember-recall"(transport) {
    const client = createClient<Voids>(contractOf("voids"), transport);
    for (const text of ["first", "", "zweiter 🚩"]) {
      await client.remember(text);
      equal(await client.recall(), text);
    }
  },
  async constructor(transport: InvocationTransport) {
    const counter = await resources(transport).Counter.new(40);
    equal(await counter.value(), 40);
  },
  async methods(transport) {
    const counter = await resources(transport).Counter.new(0);
    equal(await counter.increment(2), 2);
    equal(await counter.increment(300), 302);
    equal(await counter.value(), 302);
  },
  async "two-counters"(transport) {
    const { Counter } = resources(transport);
    const left = await Counter.new(1);
    const right = await Counter.new(2);
    equal(await left.increment(10), 11);
    equal(await right.value(), 2);
  },
  async static(transport) {
    const { Counter } = resources(transport);
    const sum = await Counter.join(await Counter.new(40), await Counter.new(2));
    equal(await sum.value(), 42);
  },
  async borrow(transport) {
    const client = resources(transport);
    const counter = await client.Counter.new(7);
    equal(await client.peek(counter), 7);
    equal(await client.peek(counter), 7);
  },
  async own(transport) {
    const client = resources(transport);
    equal(await client.retire(await client.Counter.new(9)), 9);
  },
  /** What was given away is there no more, and its neighbour still is. */
  async stale(transport) {
    const client = resources(transport);
    const counter = await client.Counter.new(9);
    const neighbour = await client.Counter.new(3);
    await client.retire(counter);
    await rejects(() => counter.value(), isRpcError);
    equal(await neighbour.value(), 3);
  },
};

/** @throws RpcError, or an AssertionError where an answer is wrong */
export function runScript(name: string, transport: InvocationTransport): Promise<void> {
  const script = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
  if (script === undefined) throw new RangeError(`there is no script ${name}`);
  return script(transport);
}
