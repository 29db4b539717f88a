import { createClient } from "@witwire/rpc";
import { type Instance, reflection } from "@witwire/rpc/reflection";
import type { ArgsDef } from "citty";
import { askServer } from "../reflection/server-contract.ts";
import { repeatedOption } from "../repeated-option.ts";
import { calledSchemes } from "../transports/addresses.ts";
import { clientArgs, readClientOptions, type WrittenClientOptions } from "../transports/client-options.ts";
import { openTransport } from "../transports/open-transport.ts";
import { spellings } from "./spellings.ts";

/** Milliseconds that a server has, since somebody waits with a finger on the key. */
const PATIENCE = 1000;

/** What is known of a command: its arguments, by its name. */
export type FindArgs = (command: string) => Promise<ArgsDef | undefined>;

/**
 * What the last word of a command line could become.
 *
 * @param words without `witwire`; the last one is as far as it was typed, perhaps behind a quote
 * @returns nothing where files may be meant
 */
export async function complete(
  words: readonly string[],
  commands: readonly string[],
  findArgs: FindArgs,
): Promise<string[]> {
  const [command = "", ...rest] = words;
  const current = unquoted(words.at(-1) ?? "");
  const found =
    words.length < 2 ? [...commands] : await completeArgument(command, rest, current, await findArgs(command));
  return [...new Set(found)].filter((candidate) => candidate.startsWith(current));
}

async function completeArgument(
  command: string,
  words: readonly string[],
  current: string,
  args: ArgsDef | undefined,
): Promise<string[]> {
  if (args === undefined) return [];
  if (current.startsWith("-")) {
    return Object.entries(args).flatMap(([name, { type }]) => (type === "positional" ? [] : [`--${name}`]));
  }
  const places = positions(words.slice(0, -1), args);
  if (places === undefined) return [];
  const [address] = places;
  if (command === "completion" && places.length === 0) return ["bash", "zsh", "fish"];
  if (command !== "call" && command !== "health") return [];
  if (address === undefined) return [...calledSchemes];
  if (places.length > 1) return [];
  return askFor(command, unquoted(address), words).catch(() => []);
}

/** The arguments so far that belong to no option; `undefined` where the next word is the value of one. */
function positions(words: readonly string[], args: ArgsDef): string[] | undefined {
  const found: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (!word.startsWith("-")) found.push(word);
    else if (!word.includes("=") && args[word.slice(2)]?.type === "string" && ++index === words.length)
      return undefined;
  }
  return found;
}

async function askFor(command: "call" | "health", address: string, words: readonly string[]): Promise<string[]> {
  // Nobody expects a program to be started by the tabulator key.
  if (address.startsWith("exec:")) return [];
  const transport = await openTransport(address, await readClientOptions(typedOptions(words), [address]));
  const signal = AbortSignal.timeout(PATIENCE);
  try {
    if (command === "health") return named(await createClient(reflection, transport).instances({ signal }));
    const { models } = await askServer(transport, { address, signal, timeout: PATIENCE, wayOut: "" });
    return models.flatMap(spellings);
  } finally {
    await transport.close({ force: true });
  }
}

/** The options that were typed, so that the server can be asked as it will be called. */
function typedOptions(words: readonly string[]): WrittenClientOptions {
  const typed = Object.entries(clientArgs).flatMap(([name, { type }]): [string, string | boolean][] => {
    if (type === "boolean") return words.includes(`--${name}`) ? [[name, true]] : [];
    const value = repeatedOption(words, name).map(unquoted).at(-1);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(typed);
}

/** A name with anything unusual in it is not one that a shell should get to see. */
function named(instances: readonly Instance[]): string[] {
  return instances.map(({ name }) => name).filter((name) => /^[\w:/@.+-]+$/.test(name));
}

function unquoted(word: string): string {
  return word.replace(/^['"]/, "");
}
