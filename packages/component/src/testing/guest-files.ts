import { readFile } from "node:fs/promises";
import { buildText, buildWorld, printComponent, type StringEncoding } from "./guest-builder.ts";

const folder = new URL("../../guests/wat/", import.meta.url);

/** The text of a file in `guests/wat`. */
export function guestFile(name: string): Promise<string> {
  return readFile(new URL(name, folder), "utf8");
}

/** A core module of `guests/wat` as a component of a world that is described there. */
export async function guestOf(
  module: string,
  wit: string,
  world: string,
  encoding: StringEncoding = "utf8",
): Promise<Uint8Array> {
  return buildWorld(await guestFile(`${wit}.wit`), world, await guestFile(`${module}.wat`), encoding);
}

/** Several components in one. Their texts stand in front of `body` as `$name`. */
export async function compose(parts: Readonly<Record<string, Uint8Array>>, body: string): Promise<Uint8Array> {
  const texts: string[] = [];
  for (const [name, bytes] of Object.entries(parts)) {
    texts.push((await printComponent(bytes)).replace("(component", `(component $${name}`));
  }
  return buildText(`(component\n${texts.join("\n")}\n${body})`);
}
