import { connect } from "@witwire/node";
import { callFunction, type InvocationTransport } from "@witwire/rpc";
import { type Resolve, resultType } from "@witwire/wit/model";
import { parseWaveArguments, parseWaveCall, type WaveCall, WaveError } from "@witwire/wit/wave";
import { type CommandDef, defineCommand } from "citty";
import { parseDuration } from "../duration.ts";
import { exitCode } from "../exit-code.ts";
import { readContract } from "../read-contract.ts";
import { ResultPrinter } from "../result-printer.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

const args = {
  address: { type: "positional", required: true, description: "wrpc+tcp://host:port or wrpc+unix:///path" },
  call: { type: "positional", required: true, description: "'<instance>.<function>(<WAVE arguments>)'" },
  wit: {
    type: "string",
    required: true,
    valueHint: "path",
    description: "The contract: a WIT file or folder, or a component",
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
export const callCommand: CommandDef<typeof args> = defineCommand({
  meta: {
    name: "call",
    description: "Call a function and print its result as WAVE; streams element by element",
  },
  args,
  async run({ args: options, data }) {
    const terminal = data as Terminal;
    const timeout = options.timeout === undefined ? undefined : parseDuration(options.timeout);
    const resolve = await readContract(options.wit, options.features);
    const { call, params } = readCall(resolve, options.call);
    const transport = openTransport(options.address);
    try {
      const result = await callFunction(
        transport,
        { resolve, func: call.func, instance: options.instance ?? call.instance, params },
        { signal: terminal.signal, ...(timeout === undefined ? {} : { timeout }) },
      );
      if (call.func.result === undefined) return exitCode.ok;
      await new ResultPrinter(resolve, terminal, options.json === true).print(call.func.result, result);
      return isErr(resolve, call, result) ? exitCode.err : exitCode.ok;
    } finally {
      await transport.close({ force: true });
    }
  },
});

/** Further text of `witwire call --help`. */
export const callExamples = `EXAMPLES

  witwire call wrpc+tcp://[::1]:7761 'wrpc-examples:hello/handler.hello()' --wit wit/
  witwire call wrpc+unix:///run/store.sock 'store.open("b")' --wit store.wit --timeout 5s --json

EXIT CODES

  0  the call worked            2  the command line, WIT or WAVE is wrong
  1  the call failed            3  the call worked and its result is err
`;

function readCall(resolve: Resolve, text: string): { call: WaveCall; params: unknown[] } {
  try {
    const call = parseWaveCall(resolve, text);
    const options = { source: text, offset: call.argumentsOffset };
    return { call, params: parseWaveArguments(resolve, call.func, call.argumentsText, options) };
  } catch (error) {
    if (error instanceof WaveError) throw new UsageError(error.reason, error.frame);
    throw error;
  }
}

function openTransport(address: string): InvocationTransport {
  try {
    return connect(address);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function isErr(resolve: Resolve, { func }: WaveCall, result: unknown): boolean {
  return resultType(resolve, func.result) !== undefined && (result as { tag: string }).tag === "err";
}
