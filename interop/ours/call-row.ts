import { callFunction, type InvocationTransport } from "@witwire/rpc";
import { type Func, findInterface, findWorld } from "@witwire/wit/model";
import { parseWaveArguments } from "@witwire/wit/wave";
import { contract, contractOf, WORLD_INSTANCE } from "../contract.ts";
import type { FilledRow, Row, ValueRow } from "../rows/row.ts";
import { canonicalForm, canonicalText } from "./canonical.ts";
import { filledBytes, filledChunks } from "./filled.ts";
import { runScript } from "./scripts.ts";

/** How long a row may take, in milliseconds; one that a peer's defect makes hang takes all of it. */
const patience = 5000;

/** A row whose answer was another one than it should be. */
export class WrongAnswer extends Error {
  override readonly name: string = "WrongAnswer";
}

/**
 * Calls a peer with one row.
 *
 * @param rootInstance what the peer's root functions belong to
 * @throws RpcError where the call fails; WrongAnswer where it does not return what the row expects
 */
export async function callRow(
  row: Row,
  transport: InvocationTransport,
  rootInstance: string = WORLD_INSTANCE,
): Promise<void> {
  if ("script" in row) return runScript(row.script, transport);
  const func = findFunction(row);
  const params = "fill" in row ? filledParams(row) : parseWaveArguments(contract, func, row.params);
  const instance = row.interface === "" ? rootInstance : contractOf(row.interface).name;
  const result = await callFunction(transport, { resolve: contract, func, instance, params }, { timeout: patience });
  await ("fill" in row ? checkFilled(row, result) : checkValue(row, func, result));
}

function findFunction({ interface: name, function: wanted }: ValueRow | FilledRow): Func {
  const { functions } = name === "" ? findWorld(contract, "server") : findInterface(contract, name);
  const func = functions.find((candidate) => candidate.name === wanted);
  if (func === undefined) throw new RangeError(`the contract has no function ${name}.${wanted}`);
  return func;
}

async function checkValue(row: ValueRow, func: Func, result: unknown): Promise<void> {
  if (func.result === undefined) return same(String(result), "undefined");
  const [got, expected] = await Promise.all([
    canonicalText(contract, func.result, result),
    canonicalForm(contract, func.result, row.result),
  ]);
  same(got, expected);
}

function filledParams({ function: name, fill }: FilledRow): unknown[] {
  return name === "measure-in-turn" ? [lateEnd(), filledChunks(fill)] : [filledChunks(fill)];
}

const shortStream = "first";

/** A stream that ends a while after its bytes, so that what is behind it has to wait. */
async function* lateEnd(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(shortStream);
  await new Promise((resolve) => setTimeout(resolve, 200));
}

async function checkFilled({ function: name, fill }: FilledRow, result: unknown): Promise<void> {
  if (name === "measure") return same(String(result), String(fill));
  if (name === "measure-in-turn")
    return same(Array.from(result as ArrayLike<bigint>).join(), `${shortStream.length},${fill}`);
  const chunks = await Array.fromAsync(result as AsyncIterable<Uint8Array<ArrayBuffer>>);
  const bytes = new Uint8Array(await new Blob(chunks).arrayBuffer());
  const expected = filledBytes(fill);
  if (bytes.length !== fill || bytes.some((byte, index) => byte !== expected[index]))
    throw new WrongAnswer("the bytes are not those that were sent");
}

function same(got: string, expected: string): void {
  if (got !== expected) throw new WrongAnswer(`got ${got.slice(0, 200)}, not ${expected.slice(0, 200)}`);
}
