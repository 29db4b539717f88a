import assert from "node:assert/strict";
import { test } from "node:test";
import { componentModelCodec } from "@witwire/codec";
import { type CallContext, WitError } from "@witwire/wit/values";
import { callFunction } from "../client/create-client.ts";
import { eventually } from "../compliance/scene.ts";
import { isRpcError, RpcError } from "../errors.ts";
import { contract, DESK, Pair, protocols } from "../interceptors/testing/pair.ts";
import type { CallChanges, InterceptedCall, Interceptor } from "./interceptor.ts";

function noting(log: string[], name: string): Interceptor {
  return async (_call, next) => {
    log.push(`${name} in`);
    const value = await next();
    log.push(`${name} out`);
    return value;
  };
}

function changing(changes: CallChanges): Interceptor {
  return (_call, next) => next(changes);
}

for (const protocol of protocols) {
  test(`interceptors stand around calls in their order (${protocol})`, async () => {
    const log: string[] = [];
    await using pair = new Pair(protocol, {
      client: { interceptors: [noting(log, "a"), noting(log, "b")] },
      server: { interceptors: [noting(log, "c"), noting(log, "d")] },
      implementation: { nothing: () => void log.push("run") },
    });
    assert.equal(await pair.call("nothing"), undefined);
    assert.deepEqual(log, ["a in", "b in", "c in", "d in", "run", "d out", "c out", "b out", "a out"]);
  });

  test(`interceptors see what a call is, on both sides (${protocol})`, async () => {
    const seen: InterceptedCall[] = [];
    const look: Interceptor = (call, next) => {
      seen.push(call);
      return next();
    };
    await using pair = new Pair(protocol, { client: { interceptors: [look] }, server: { interceptors: [look] } });
    assert.equal(await pair.call("add", 1, 2, { metadata: { tenant: "x" }, timeout: 10_000 }), 3);
    for (const call of seen) {
      assert.deepEqual([call.instance, call.name, call.params, call.repeatable], [DESK, "add", [1, 2], true]);
      assert.equal(call.contract?.func.name, "add");
    }
    const [client, server] = seen as [InterceptedCall, InterceptedCall];
    assert.deepEqual(
      [client.side, client.peer, client.context, client.signal],
      ["client", undefined, undefined, undefined],
    );
    assert.deepEqual([server.side, server.peer?.transport], ["server", "memory"]);
    assert.deepEqual(client.metadata, { tenant: "x" });
    assert.ok(client.timeRemaining() > 0 && client.timeRemaining() <= 10_000);
    if (protocol === "session") {
      assert.equal(server.metadata.tenant, "x");
      assert.ok(server.timeRemaining() > 0 && server.timeRemaining() <= 10_000);
    } else assert.equal(server.timeRemaining(), Number.POSITIVE_INFINITY);
  });

  test(`a result is seen as the value that it is, and an err is no exception (${protocol})`, async () => {
    const seen: unknown[] = [];
    const look: Interceptor = async (_call, next) => {
      const value = await next();
      seen.push(value);
      return value;
    };
    await using pair = new Pair(protocol, {
      client: { interceptors: [look] },
      server: { interceptors: [look] },
      implementation: {
        divide: (a: number, b: number) => {
          if (b === 0) throw new WitError("by zero");
          return a / b;
        },
      },
    });
    assert.equal(await pair.call("divide", 6, 2), 3);
    await assert.rejects(
      pair.call("divide", 6, 0),
      (error) => error instanceof WitError && error.payload === "by zero",
    );
    const [ok, err] = [
      { tag: "ok", val: 3 },
      { tag: "err", val: "by zero" },
    ];
    assert.deepEqual(seen, [ok, ok, err, err]);
  });

  test(`interceptors change parameters and results, or answer themselves (${protocol})`, async () => {
    const answer: Interceptor = async (call, next) => {
      if (call.name === "who") return "an interceptor";
      if (call.name !== "add") return next();
      const [a] = call.params;
      return Number(await next({ params: [a, 10] })) + 1000;
    };
    await using byClient = new Pair(protocol, { client: { interceptors: [answer] } });
    await using byServer = new Pair(protocol, { server: { interceptors: [answer] } });
    for (const pair of [byClient, byServer]) {
      assert.equal(await pair.call("add", 1, 2), 1011);
      assert.equal(await pair.call("who"), "an interceptor");
      assert.equal(await pair.call("divide", 9, 3), 3);
    }
  });

  test(`a call can be made again from both sides (${protocol})`, async () => {
    let runs = 0;
    const twice: Interceptor = async (_call, next) => {
      await next();
      return next();
    };
    await using pair = new Pair(protocol, {
      client: { interceptors: [twice] },
      server: { interceptors: [twice] },
      implementation: { who: () => `run ${++runs}` },
    });
    assert.equal(await pair.call("who"), "run 4");
  });

  test(`what interceptors throw fails the call, and says that nothing has run where nothing has (${protocol})`, async () => {
    const refuse: Interceptor = async () => {
      throw new RpcError("permission-denied", "not you", { started: "no" });
    };
    const broken = ((): never => {
      throw new TypeError("a bug");
    }) as unknown as Interceptor;
    const failure = async (options: ConstructorParameters<typeof Pair>[1]): Promise<RpcError> => {
      await using pair = new Pair(protocol, { ...options, implementation: { who: () => assert.fail("it ran") } });
      const error = await pair.call("who").catch((thrown: unknown) => thrown);
      assert.ok(isRpcError(error));
      return protocol === "plain" && options?.server !== undefined ? (pair.failures[0]?.error as RpcError) : error;
    };
    for (const side of ["client", "server"] as const) {
      const refused = await failure({ [side]: { interceptors: [refuse] } });
      assert.deepEqual([refused.code, refused.started, refused.message], ["permission-denied", "no", "not you"]);
      assert.equal((await failure({ [side]: { interceptors: [broken] } })).code, "internal");
    }
    assert.equal((await failure({ server: { interceptors: [broken] } })).started, "no");
  });

  test(`a call that is over before its interceptors agree does not run (${protocol})`, async () => {
    const gate = Promise.withResolvers<void>();
    const entered = Promise.withResolvers<AbortSignal>();
    const outcomes: unknown[] = [];
    const slow: Interceptor = async (call, next) => {
      entered.resolve(call.signal as AbortSignal);
      await gate.promise;
      return next().catch((error) => {
        outcomes.push((error as RpcError).code);
        throw error;
      });
    };
    await using pair = new Pair(protocol, {
      server: { interceptors: [slow] },
      implementation: { who: () => assert.fail("it ran") },
    });
    const controller = new AbortController();
    const call = pair.call("who", { signal: controller.signal });
    const signal = await entered.promise;
    controller.abort();
    await assert.rejects(call, { code: "cancelled" });
    await eventually(() => signal.aborted);
    assert.equal(pair.server.stats().calls, 1, "the interceptor still runs");
    gate.resolve();
    await eventually(() => pair.server.stats().calls === 0);
    assert.equal(outcomes.length, 1);
  });

  test(`interceptors of a server learn at once that a call failed, and the call counts while it runs (${protocol})`, async () => {
    const failed = Promise.withResolvers<unknown>();
    const running = Promise.withResolvers<void>();
    const end = Promise.withResolvers<string>();
    await using pair = new Pair(protocol, {
      server: {
        interceptors: [
          (_call, next) => {
            const outcome = next();
            outcome.catch(failed.resolve);
            return outcome;
          },
        ],
      },
      implementation: {
        wait: () => {
          running.resolve();
          return end.promise;
        },
      },
    });
    const controller = new AbortController();
    const call = pair.call("wait", { signal: controller.signal });
    await running.promise;
    controller.abort();
    await assert.rejects(call, { code: "cancelled" });
    assert.ok(isRpcError(await failed.promise));
    assert.equal(pair.server.stats().calls, 1);
    end.resolve("late");
    await eventually(() => pair.server.stats().calls === 0);
  });

  test(`a server allows less time than the caller (${protocol})`, async () => {
    let context: CallContext | undefined;
    await using pair = new Pair(protocol, {
      server: { interceptors: [changing({ timeout: 20 })] },
      implementation: {
        wait: (passed: CallContext) => {
          context = passed;
          return new Promise(() => {});
        },
      },
    });
    await assert.rejects(pair.call("wait"));
    assert.equal(pair.failures[0]?.error.code, "deadline-exceeded");
    assert.ok((context as CallContext).timeRemaining() <= 20);
    assert.ok((context as CallContext).signal.aborted);
  });

  test(`parameters that are used up by sending them are told from others (${protocol})`, async () => {
    const repeatable: Record<string, boolean> = {};
    const look: Interceptor = (call, next) => {
      repeatable[`${call.side} ${call.name}`] = call.repeatable;
      return next();
    };
    await using pair = new Pair(protocol, { client: { interceptors: [look] }, server: { interceptors: [look] } });
    const pass = (await pair.client.Pass?.new()) as object;
    await pair.call("upload", [Uint8Array.of(1)]);
    await pair.call("lend", pass);
    await pair.call("give", pass);
    assert.deepEqual(repeatable, {
      "client pass": true,
      "server pass": true,
      "client upload": false,
      "server upload": false,
      "client lend": true,
      "server lend": true,
      "client give": false,
      "server give": false,
    });
  });

  test(`raw functions go through interceptors, which see their parameters and pass their bytes on (${protocol})`, async () => {
    const seen: unknown[] = [];
    await using pair = new Pair(protocol, {
      server: {
        interceptors: [
          async (call, next) => {
            const value = await next({ params: [...call.params].reverse() });
            seen.push(call.params, value);
            return value;
          },
        ],
      },
    });
    const func = contract.functions.find(({ name }) => name === "divide");
    assert.ok(func !== undefined);
    pair.server.serveFunction("raw", "divide", {
      params: componentModelCodec.params(contract.resolve, func),
      callRaw: (reader, writer) => {
        // Small numbers have one byte each.
        const [a = 0, b = 0] = reader.buffer.subarray(reader.position);
        writer.byte(0);
        writer.u32(a / b);
      },
    });
    const { resolve } = contract;
    const result = await callFunction(pair.transport, { resolve, func, instance: "raw", params: [2, 10] });
    assert.deepEqual(result, { tag: "ok", val: 5 });
    assert.deepEqual(seen, [[2, 10], Uint8Array.of(0, 5)]);
  });
}

test("metadata is added by clients, and what servers change of it is what implementations see", async () => {
  await using pair = new Pair("session", {
    client: { interceptors: [(call, next) => next({ metadata: { ...call.metadata, trace: "1" } })] },
    server: { interceptors: [(call, next) => next({ metadata: { ...call.metadata, region: "eu" } })] },
    implementation: { who: ({ metadata }: CallContext) => JSON.stringify(Object.entries(metadata).sort()) },
  });
  assert.equal(
    await pair.call("who", { metadata: { tenant: "x" } }),
    JSON.stringify([
      ["region", "eu"],
      ["tenant", "x"],
      ["trace", "1"],
    ]),
  );
});

test("a client's interceptors change the deadline, but not beyond maxTimeout", async () => {
  const remaining: number[] = [];
  const look: Interceptor = (call, next) => {
    remaining.push(call.timeRemaining());
    return next();
  };
  const interceptors = [changing({ timeout: 50_000 }), look];
  await using free = new Pair("session", { client: { interceptors } });
  await free.call("who", { timeout: 1000 });
  await using limited = new Pair("session", { client: { interceptors, maxTimeout: 2000 } });
  await limited.call("who");
  assert.ok((remaining[0] as number) > 40_000);
  assert.ok((remaining[1] as number) <= 2000);
});

test("time that interceptors take is the call's own", async () => {
  await using pair = new Pair("session", {
    client: {
      interceptors: [
        async (_call, next) => {
          await new Promise((resolve) => setTimeout(resolve, 30));
          return next();
        },
      ],
    },
  });
  await assert.rejects(pair.call("who", { timeout: 10 }), { code: "deadline-exceeded", started: "no" });
  assert.equal(pair.server.stats().connections, 0, "the call never left");
});

test("a context that is handed on is shown to the interceptors of the client", async () => {
  const contexts: unknown[] = [];
  await using inner = new Pair("session", {
    client: {
      interceptors: [
        (call, next) => {
          contexts.push(call.context);
          return next();
        },
      ],
    },
  });
  await using outer = new Pair("session", {
    implementation: {
      who: (context: CallContext) => {
        contexts.push(context);
        return inner.call("who", context);
      },
    },
  });
  assert.equal(await outer.call("who"), "nobody");
  assert.ok(contexts[0] !== undefined && contexts[0] === contexts[1]);
});

test("an answer that no function with a result can give is an error of the client", async () => {
  await using pair = new Pair("session", { client: { interceptors: [async () => 3] } });
  await assert.rejects(pair.call("divide", 1, 1), { code: "internal", message: /an interceptor answered/ });
});

test("an interceptor that is no function is refused at once", () => {
  assert.throws(
    () => new Pair("plain", { server: { interceptors: [undefined as unknown as Interceptor] } }),
    /must be a function/,
  );
});

test("an implementation's signal is not made for interceptors that do not look at it", async () => {
  const original = globalThis.AbortController;
  let made = 0;
  globalThis.AbortController = class extends original {
    constructor() {
      super();
      made++;
    }
  };
  try {
    await using pair = new Pair("session", { server: { interceptors: [changing({ metadata: {} })] } });
    await pair.call("who");
    assert.equal(made, 0);
  } finally {
    globalThis.AbortController = original;
  }
});
