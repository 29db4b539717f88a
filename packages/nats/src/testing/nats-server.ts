import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What a server is started with. */
export interface NatsServerOptions {
  /** Bytes. Default: the server's own, 1 MiB. */
  readonly maxPayload?: number;
  /** Default: any free one. */
  readonly port?: number;
  /** Further lines of its configuration, for example who may do what. */
  readonly config?: string;
}

/** A real NATS server on a free port of the loopback interface. */
export interface NatsServer extends AsyncDisposable {
  readonly port: number;
  /** `127.0.0.1:port`, as addresses have it. */
  readonly host: string;
  readonly pid: number;
  /** Ends it at once, and waits until it has ended. */
  kill(): Promise<void>;
  /** Subscriptions of all clients. */
  subscriptions(): Promise<number>;
}

const HOST = "127.0.0.1";

/** Attempts, 20 ms apart, to find out where the server listens. */
const ATTEMPTS = 500;

/** Starts a NATS server. @throws Error saying what to install when there is none */
export async function startNatsServer(options: NatsServerOptions = {}): Promise<NatsServer> {
  const folder = await mkdtemp(join(tmpdir(), "witwire-nats-"));
  const config = join(folder, "server.conf");
  const { maxPayload } = options;
  await writeFile(config, `${maxPayload === undefined ? "" : `max_payload: ${maxPayload}\n`}${options.config ?? ""}\n`);
  const port = String(options.port ?? -1);
  const args = ["-a", HOST, "-p", port, "--http_port", "-1", "--ports_file_dir", folder, "-c", config];
  const child = spawn("nats-server", args, { stdio: ["ignore", "ignore", "pipe"] });
  let log = "";
  child.stderr.on("data", (text: Buffer) => {
    log = (log + text.toString()).slice(-10_000);
  });
  const ended = Promise.withResolvers<void>();
  child.on("exit", () => ended.resolve());
  child.on("error", () => ended.resolve());
  const onExit = (): void => void child.kill("SIGKILL");
  process.on("exit", onExit);
  const kill = async (): Promise<void> => {
    process.off("exit", onExit);
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) child.kill("SIGKILL");
    await ended.promise;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const ports = await readPorts(child, folder, () => log);
    return {
      ...ports,
      host: `${HOST}:${ports.port}`,
      pid: child.pid ?? 0,
      kill,
      subscriptions: () => countSubscriptions(ports.monitoring),
      [Symbol.asyncDispose]: kill,
    };
  } catch (error) {
    await kill();
    throw error;
  }
}

/** Waits for the file in which the server says where it listens. */
async function readPorts(
  child: ChildProcess,
  folder: string,
  log: () => string,
): Promise<{ port: number; monitoring: number }> {
  let failed: Error | undefined;
  child.once("error", (cause: Error) => {
    failed = new Error("nats-server could not be started; install it (apt-get install nats-server)", { cause });
  });
  for (let attempt = 0; attempt < ATTEMPTS && failed === undefined && child.exitCode === null; attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const name = (await readdir(folder)).find((file) => file.endsWith(".ports"));
    if (name === undefined) continue;
    const text = await readFile(join(folder, name), "utf8");
    if (!text.trimEnd().endsWith("}")) continue;
    const { nats = [], monitoring = [] } = JSON.parse(text) as Record<string, string[]>;
    return { port: portOf(nats[0]), monitoring: portOf(monitoring[0]) };
  }
  throw failed ?? new Error(`nats-server did not say where it listens:\n${log()}`);
}

function portOf(url: string | undefined): number {
  return Number(new URL(url ?? "").port);
}

async function countSubscriptions(port: number): Promise<number> {
  const response = await fetch(`http://${HOST}:${port}/connz?subs=1`);
  const { connections } = (await response.json()) as { connections: { subscriptions: number }[] };
  return connections.reduce((sum, { subscriptions }) => sum + subscriptions, 0);
}

/** Waits for a child to end, in whatever way. */
export async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
