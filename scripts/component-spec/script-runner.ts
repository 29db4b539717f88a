import { type Component, ComponentError, type ComponentInstance, compile } from "../../packages/component/src/index.ts";
import { buildText } from "../../packages/component/src/testing/guest-builder.ts";
import { camelCase } from "../../packages/wit/src/model/index.ts";
import { isWitError } from "../../packages/wit/src/values/index.ts";
import { constant, matches } from "./constants.ts";
import { type ListNode, stringBytes } from "./s-expression.ts";

/**
 * `known`: fails, and is listed with its reason. `unsupported`: needs something that the engine says it does not have.
 * `dependent`: follows something that was not made.
 */
export type Verdict = "pass" | "fail" | "known" | "unsupported" | "dependent";

export interface Outcome {
  readonly line: number;
  readonly directive: string;
  readonly verdict: Verdict;
  readonly detail: string;
}

/** Runs the directives of one script in turn. */
export class ScriptRunner {
  readonly #definitions = new Map<string, Component | undefined>();
  readonly #instances = new Map<string, ComponentInstance | undefined>();
  #definition: Component | undefined;
  #current: ComponentInstance | undefined;

  async run(directive: ListNode): Promise<Outcome> {
    const head = directive.items[0]?.text ?? "";
    const outcome = (verdict: Verdict, detail = ""): Outcome => ({
      line: directive.line,
      directive: head,
      verdict,
      detail,
    });
    try {
      const problem = await this.#directive(head, directive);
      return problem === undefined ? outcome("pass") : outcome("fail", problem);
    } catch (error) {
      if (error instanceof Dependent) return outcome("dependent");
      if (error instanceof ComponentError && error.code === "unsupported") return outcome("unsupported", error.message);
      return outcome("fail", describe(error));
    }
  }

  /** @returns what is wrong */
  async #directive(head: string, node: ListNode): Promise<string | undefined> {
    switch (head) {
      case "component":
        return this.#component(node);
      case "invoke":
        await this.#invoke(node);
        return undefined;
      case "assert_return":
        return this.#assertReturn(node);
      case "assert_trap":
        return this.#assertTrap(node);
      case "assert_invalid":
      case "assert_malformed":
        return assertRefused(node);
      default:
        return `unknown directive ${head}`;
    }
  }

  async #component(node: ListNode): Promise<undefined> {
    const [, second, third, fourth] = node.items;
    if (second?.text === "instance") {
      const name = third?.text ?? "";
      this.#instances.set(name, undefined);
      this.#current = undefined;
      const definition = fourth === undefined ? this.#definition : this.#definitions.get(fourth.text);
      if (definition === undefined) throw new Dependent();
      this.#current = await definition.instantiate();
      this.#instances.set(name, this.#current);
      return undefined;
    }
    const isDefinition = second?.text === "definition";
    const name = [second, third].find((item) => item?.text.startsWith("$"))?.text;
    this.#definition = undefined;
    if (name !== undefined) this.#definitions.set(name, undefined);
    if (!isDefinition) this.#current = undefined;
    const definition = await compile(await bytesOf(node));
    this.#definition = definition;
    if (name !== undefined) this.#definitions.set(name, definition);
    if (isDefinition) return undefined;
    this.#current = await definition.instantiate();
    if (name !== undefined) this.#instances.set(name, this.#current);
    return undefined;
  }

  async #invoke(node: ListNode): Promise<unknown> {
    const [, ...rest] = node.items;
    const named = rest[0]?.tag === "atom" ? rest.shift()?.text : undefined;
    const instance = named === undefined ? this.#current : this.#instances.get(named);
    if (instance === undefined) throw new Dependent();
    const [name, ...args] = rest;
    const fn = instance.exports[camelCase(name?.text ?? "")];
    if (typeof fn !== "function") throw new Error(`there is no function ${name?.text}`);
    try {
      return await withinTime((fn as (...args: unknown[]) => Promise<unknown>)(...args.map(constant)));
    } catch (error) {
      if (isWitError(error)) return { tag: "err", val: error.payload };
      throw error;
    }
  }

  async #assertReturn(node: ListNode): Promise<string | undefined> {
    const [, call, expectation] = node.items;
    const found = await this.#invoke(call as ListNode);
    if (expectation === undefined) return undefined;
    const expected = constant(expectation);
    if (matches(found, expected)) return undefined;
    const isOk = typeof expected === "object" && expected !== null && "tag" in expected && expected.tag === "ok";
    if (isOk && matches(found, (expected as { val?: unknown }).val)) return undefined;
    return `returned ${JSON.stringify(found, bigints)}`;
  }

  async #assertTrap(node: ListNode): Promise<string | undefined> {
    const [, action] = node.items;
    const list = action as ListNode;
    try {
      if (list.items[0]?.text === "component") await this.#component(list);
      else await this.#invoke(list);
    } catch (error) {
      if (error instanceof ComponentError && (error.code === "trap" || error.code === "resource-exhausted"))
        return undefined;
      throw error;
    }
    return "did not trap";
  }
}

/** A component that has to be refused, by the tool that reads its text or by the engine. */
async function assertRefused(node: ListNode): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await bytesOf(node.items[1] as ListNode);
  } catch {
    return undefined;
  }
  try {
    await compile(bytes);
  } catch (error) {
    if (error instanceof ComponentError && error.code === "invalid-component") return undefined;
    throw error;
  }
  return `was accepted; expected: ${node.items[2]?.text}`;
}

async function bytesOf(node: ListNode): Promise<Uint8Array> {
  const strings = node.items.filter((item) => item.tag === "string");
  const form = node.items.slice(1).find((item) => item.text === "binary" || item.text === "quote")?.text;
  if (form === "binary") return Buffer.concat(strings.map(({ text }) => stringBytes(text)));
  if (form === "quote")
    return buildText(strings.map(({ text }) => new TextDecoder().decode(stringBytes(text))).join(" "));
  return buildText(node.text.replace(/^\(component\s+definition/, "(component"));
}

/** The directive's component or instance was not made. */
class Dependent extends Error {}

async function withinTime<T>(promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("no answer within 10 s")), 10_000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function describe(error: unknown): string {
  return error instanceof ComponentError ? `${error.code}: ${error.message}` : String(error);
}

function bigints(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}n` : value;
}
