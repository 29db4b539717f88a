import { readFile } from "node:fs/promises";
import { compile } from "@witwire/component";
import { runCommand } from "@witwire/host";
import { connect } from "@witwire/nats";
import { createWasi } from "@witwire/wasi";

const [file = "client.wasm", address = "wrpc+nats://127.0.0.1:4222/native"] = process.argv.slice(2);
const transport = connect(address);
const component = await compile(await readFile(file));
process.exitCode = await runCommand(component, {
  perInstance: () => createWasi({ stdout: "inherit", stderr: "inherit" }),
  remote: { interfaces: { "wrpc-examples:hello/handler": transport } },
});
await transport.close();
