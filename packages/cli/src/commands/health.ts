import { createClient, isRpcError } from "@witwire/rpc";
import { health, type Status } from "@witwire/rpc/health";
import { type CommandDef, defineCommand } from "citty";
import { parseDuration } from "../duration.ts";
import { exitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";
import { clientArgs, readClientOptions } from "../transports/client-options.ts";
import { closeTransport, openTransport } from "../transports/open-transport.ts";
import { UsageError } from "../usage-error.ts";

const args = {
  address: {
    type: "positional",
    required: true,
    description:
      "tcp://, tls://, unix:///path, ws://, wss://, nats:// or exec:command; for a peer that speaks plain wRPC only http://, https://, or wrpc+ in front of the others",
  },
  instance: {
    type: "positional",
    required: false,
    description: "Name of an instance on the wire (default: the server as a whole)",
  },
  watch: { type: "boolean", description: "Print every change, until the server ends or an interrupt" },
  timeout: { type: "string", valueHint: "5s", description: "Time for the answer (default: 5s)" },
} as const;

/** `witwire health <address> [instance]`: prints how a server is. */
export const healthCommand: CommandDef<typeof args & typeof clientArgs> = defineCommand({
  meta: { name: "health", description: "Ask a server whether it can be called" },
  args: { ...args, ...clientArgs },
  async run({ args: options, data }) {
    const { address, instance = "", watch, timeout } = options;
    const terminal = data as Terminal;
    const { signal } = terminal;
    const callTimeout = parseDuration(timeout ?? "5s");
    const transport = await openTransport(address, await readClientOptions(options, [address]));
    const client = createClient(health, transport, { limits: { callTimeout } });
    try {
      const statuses =
        watch === true ? await client.watch(instance, { signal }) : [await client.check(instance, { signal })];
      let last: Status | undefined;
      for await (const status of statuses) {
        last = status;
        await terminal.out(`${status}\n`);
      }
      return last === "serving" ? exitCode.ok : exitCode.err;
    } catch (error) {
      if (!isRpcError(error) || (error.code !== "unimplemented" && error.code !== "unknown")) throw error;
      throw new UsageError(`${address} does not say how it is: it has no witwire:health (${error.message})`);
    } finally {
      await closeTransport(transport, address, signal);
    }
  },
});

/** Further text of `witwire health --help`. */
export const healthExamples = `EXAMPLES

  witwire health tcp://[::1]:7761                          the server as a whole
  witwire health tcp://[::1]:7761 wasi:keyvalue/store      one of its instances
  witwire health unix:///run/app.sock --watch              every change
  witwire health wss://shop.example/rpc --ca authority.pem

EXIT CODES

  0  serving                    2  the command line is wrong, or the server has no witwire:health
  1  there was no answer        3  not-serving, draining or unknown
`;
