import { callFunction, type InvocationTransport } from "@witwire/rpc";
import { type Resolve, resultType } from "@witwire/wit/model";
import type { WaveCall } from "@witwire/wit/wave";
import { type CommandDef, defineCommand } from "citty";
import { parseDuration } from "../duration.ts";
import { exitCode } from "../exit-code.ts";
import { readContract } from "../read-contract.ts";
import { type FoundCall, findCall, findServedCall } from "../reflection/find-call.ts";
import { askServer } from "../reflection/server-contract.ts";
import { ResultPrinter } from "../result-printer.ts";
import type { Terminal } from "../terminal.ts";
import { clientArgs, readClientOptions } from "../transports/client-options.ts";
import { closeTransport, openTransport } from "../transports/open-transport.ts";

const args = {
  address: {
    type: "positional",
    required: true,
    description:
      "tcp://, tls://, unix:///path, ws://, wss://, nats:// or exec:command; for a peer that speaks plain wRPC only http://, https://, or wrpc+ in front of the others",
  },
  call: { type: "positional", required: true, description: "'<instance>.<function>(<WAVE arguments>)'" },
  wit: {
    type: "string",
    valueHint: "path",
    description: "The contract: a WIT file or folder, or a component (default: the server is asked for it)",
  },
  json: { type: "boolean", description: "Print JSON instead of WAVE, one value per line" },
  timeout: {
    type: "string",
    valueHint: "5s",
    description: "Time for the whole call, streams included (default: 30s to the result)",
  },
  instance: {
    type: "string",
    valueHint: "name",
    description: "Instance name on the wire, where it is not the contract's",
  },
  features: { type: "string", valueHint: "a,b", description: "@unstable features to switch on, or `all`" },
} as const;

/** `witwire call <address> <call>`: calls a function and prints what it returns. */
export const callCommand: CommandDef<typeof args & typeof clientArgs> = defineCommand({
  meta: {
    name: "call",
    description: "Call a function and print its result as WAVE; streams element by element",
  },
  args: { ...args, ...clientArgs },
  async run({ args: options, data }) {
    const terminal = data as Terminal;
    const timeout = options.timeout === undefined ? undefined : parseDuration(options.timeout);
    // What is wrong with a file is found before anybody is bothered.
    const known =
      options.wit === undefined ? undefined : findCall(await readContract(options.wit, options.features), options.call);
    const transport = await openTransport(options.address, await readClientOptions(options, [options.address]));
    try {
      const found = known ?? (await ask(transport, options, timeout, terminal));
      const { resolve, call, params } = found;
      const result = await callFunction(
        transport,
        { resolve, func: call.func, instance: options.instance ?? found.instance, params },
        { signal: terminal.signal, ...(timeout === undefined ? {} : { timeout }) },
      );
      if (call.func.result === undefined) return exitCode.ok;
      await new ResultPrinter(resolve, terminal, options.json === true).print(call.func.result, result);
      return isErr(resolve, call, result) ? exitCode.err : exitCode.ok;
    } finally {
      await closeTransport(transport, options.address, terminal.signal);
    }
  },
});

/** Further text of `witwire call --help`. */
export const callExamples = `EXAMPLES

  witwire call tcp://[::1]:7761 'wrpc-examples:hello/handler.hello()'
  witwire call unix:///run/store.sock 'store.open("b")' --timeout 5s --json
  witwire call wrpc+tcp://[::1]:7761 'handler.hello()' --wit wit/     a peer of plain wRPC that has no reflection
  witwire call 'wrpc+tcp://[::1]:7761?compat=go' 'handler.hello()' --wit wit/     a peer in Go
  witwire call tls://shop.example:7761 'orders.count()' --ca authority.pem --cert me.pem --key me.key
  witwire call wss://shop.example/rpc 'orders.count()'                    needs @witwire/websocket
  witwire call nats://127.0.0.1:4222/shop 'orders.count()' --wit wit/     needs @witwire/nats
  witwire call nats://nats.example/shop 'orders.count()' --wit wit/ --nats-creds me.creds
  witwire call 'exec:node plugin.ts' 'plugin.describe()'                  a program that is started for the call

EXIT CODES

  0  the call worked            2  the command line, WIT or WAVE is wrong
  1  the call failed            3  the call worked and its result is err
`;

async function ask(
  transport: InvocationTransport,
  {
    address,
    call,
    instance,
  }: { readonly address: string; readonly call: string; readonly instance?: string | undefined },
  timeout: number | undefined,
  { signal }: Terminal,
): Promise<FoundCall> {
  const wayOut = "give the contract with --wit";
  return findServedCall(await askServer(transport, { address, timeout, signal, wayOut }), call, instance);
}

function isErr(resolve: Resolve, { func }: WaveCall, result: unknown): boolean {
  return resultType(resolve, func.result) !== undefined && (result as { tag: string }).tag === "err";
}
