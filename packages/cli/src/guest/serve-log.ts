import { ComponentError } from "@witwire/component";
import type { ObservedCall, ServedFunction } from "@witwire/host";
import type { FailedCall, RpcError } from "@witwire/rpc";
import type { Peer } from "@witwire/wit/values";
import { printableLine } from "../printable.ts";
import type { Terminal } from "../terminal.ts";

/** `text`: for people. `json`: one object per line. `quiet`: for people, without a line for each call that works. */
export const logFormats = ["text", "json", "quiet"] as const;
export type LogFormat = (typeof logFormats)[number];

/** What a line of the log says besides its text. */
type Fields = Readonly<Record<string, string | number | undefined>>;

/** What `witwire serve` tells about its work. It goes to standard error: standard output belongs to the guests. */
export class ServeLog {
  readonly #terminal: Terminal;
  readonly #format: LogFormat;

  constructor(terminal: Terminal, format: LogFormat) {
    this.#terminal = terminal;
    this.#format = format;
  }

  serving({ instance, name }: ServedFunction): void {
    const kind = instance === "" ? "root function" : "instance function";
    this.#line("info", `serving ${kind} ${functionName(instance, name)}`, { instance, name });
  }

  /** Something that whoever started it should know. */
  note(text: string): void {
    this.#line("info", text, {});
  }

  /** @param also the same place as clients of the other protocol write it */
  listening(address: string, also?: string): void {
    this.#line("info", `listening on ${address}`, { address });
    if (also === undefined) return;
    const kind = also.startsWith("wrpc+") ? "plain wRPC" : "sessions";
    this.#line("info", `  and for ${kind} on ${also}`, { address: also });
  }

  stopping(calls: number): void {
    const running = calls === 0 ? "" : `; ${calls} ${calls === 1 ? "call runs" : "calls run"} still`;
    this.#line("info", `stopping${running}`, { calls });
  }

  insisted(): void {
    this.#line("info", "breaking off", {});
  }

  stopped(): void {
    this.#line("info", "stopped", {});
  }

  /** A call has arrived. @returns is told when it is over */
  call({ instance, name, peer }: ObservedCall): ((error: RpcError | undefined) => void) | undefined {
    if (this.#format === "quiet") return undefined;
    const begun = performance.now();
    return (error) => {
      // Failures come from the server, which knows of those too that never got to the component.
      if (error !== undefined) return;
      const milliseconds = Number((performance.now() - begun).toFixed(3));
      const from = peerName(peer);
      const what = functionName(instance, name);
      this.#line("info", `served ${what} to ${from} in ${milliseconds} ms`, {
        instance,
        name,
        peer: from,
        milliseconds,
      });
    };
  }

  failed({ error, peer, instance, name }: FailedCall): void {
    const from = peerName(peer);
    const what = name === undefined ? "a connection" : functionName(instance ?? "", name);
    const stack = wasmStack(error);
    const shown = stack === undefined ? "" : `\n${stack.replace(/^/gm, "    ")}`;
    this.#line(
      "error",
      `failed ${what} for ${from}: ${printableLine(error.message)} [${error.code}]${this.#format === "json" ? "" : shown}`,
      {
        instance,
        name,
        peer: from,
        code: error.code,
        started: error.started,
        wasmStack: stack,
      },
    );
  }

  /** A request over HTTP failed on this side. */
  httpFailed(error: unknown, request: string): void {
    const stack = wasmStack(error);
    const shown = stack === undefined || this.#format === "json" ? "" : `\n${stack.replace(/^/gm, "    ")}`;
    const message = error instanceof Error ? error.message : String(error);
    this.#line("error", `failed ${request}: ${message}${shown}`, { request, wasmStack: stack });
  }

  #line(level: "info" | "error", text: string, fields: Fields): void {
    this.#terminal.error(
      this.#format === "json"
        ? `${JSON.stringify({ time: new Date().toISOString(), level, message: text, ...fields })}\n`
        : `${text}\n`,
    );
  }
}

/** Names are the caller's where the function is not served. */
function functionName(instance: string, name: string): string {
  return printableLine(instance === "" ? name : `${instance}.${name}`);
}

function peerName(peer: Peer | undefined): string {
  return peer?.address ?? peer?.transport ?? "an unknown caller";
}

/** Where the guest was when it failed. */
function wasmStack(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ComponentError && cause.wasmStack !== undefined) return cause.wasmStack;
  }
  return undefined;
}
