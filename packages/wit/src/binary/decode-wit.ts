import type { PackageId, Resolve, WorldId } from "../model/types.ts";
import { checkedLimits, decodeFile } from "./decode-component.ts";
import { invalid, unsupported } from "./decode-error.ts";
import type { ComponentType, DecodedComponent, ExternDeclaration } from "./definitions.ts";
import { parseInterfaceName } from "./interface-name.ts";
import type { DecodeLimits } from "./limits.ts";
import { ModelDecoder } from "./model-decoder.ts";
import { applyPackageDocs } from "./package-docs.ts";

/** The contract in a binary: that of a component, or a package of WIT that was encoded as WebAssembly. */
export type DecodedWit =
  | { readonly tag: "component"; readonly resolve: Resolve; readonly world: WorldId }
  | { readonly tag: "package"; readonly resolve: Resolve; readonly main: PackageId };

/**
 * Reads the contract out of a component, or out of a package as `wasm-tools component wit --wasm` writes it. The model
 * is the one that the text would have given, in the order that the binary has: without places, and of other packages
 * only what is used. A component's world is `root:component/root`.
 *
 * @throws ComponentDecodeError where the bytes are no valid component, or WIT cannot say what it imports and exports.
 */
export function decodeWit(bytes: Uint8Array, limits: Partial<DecodeLimits> = {}): DecodedWit {
  const { component, customSections } = decodeFile(bytes, limits);
  const types = packageTypes(component);
  if (types === undefined) return { tag: "component", ...modelOf(component, limits, false) };
  const { resolve, main } = packageModel(component, types, limits);
  const docs = customSections.find((section) => section.name === "package-docs");
  return { tag: "package", resolve: docs === undefined ? resolve : applyPackageDocs(resolve, main, docs), main };
}

/**
 * The model of a decoded component's imports and exports: one world, `root:component/root`. Types that it exports at its
 * root are entries of that world, although WIT could not write this; core modules and components are left out.
 *
 * @throws ComponentDecodeError `unsupported` where the model cannot hold the rest, as with instances in instances.
 */
export function componentModel(
  decoded: DecodedComponent,
  limits: Partial<DecodeLimits> = {},
): { readonly resolve: Resolve; readonly world: WorldId } {
  return modelOf(decoded, limits, true);
}

function modelOf(
  decoded: DecodedComponent,
  limits: Partial<DecodeLimits>,
  lenient: boolean,
): { readonly resolve: Resolve; readonly world: WorldId } {
  const decoder = new ModelDecoder(decoded, { namespace: "root", name: "component" }, checkedLimits(limits), lenient);
  const { imports, exports } = decoded.root.type;
  const world = decoder.addWorld("root", imports, exports);
  return { resolve: decoder.finish().resolve, world };
}

/** The types that a package consists of: it exports component types and nothing else. Nothing where it is none. */
function packageTypes({ root }: DecodedComponent): ComponentType[] | undefined {
  const { imports, exports } = root.type;
  const types = exports.flatMap(({ type }) =>
    type.tag === "type-of" && type.of.tag === "component" ? [type.of.type] : [],
  );
  return imports.length === 0 && exports.length > 0 && types.length === exports.length ? types : undefined;
}

/**
 * Each exported type stands for one interface or world, which is its only export. Tools before 2024 have one exported
 * type with all of them in it instead, named `namespace:package/wit`.
 */
function packageModel(
  decoded: DecodedComponent,
  types: readonly ComponentType[],
  limits: Partial<DecodeLimits>,
): { resolve: Resolve; main: PackageId } {
  const [first] = decoded.root.type.exports;
  const old = parseInterfaceName(first?.name ?? "", first?.versionSuffix);
  if (old !== undefined && (old.name !== "wit" || types.length > 1)) {
    throw unsupported(0, `not a WIT package: it exports a type under the name "${first?.name}"`);
  }
  const main = old?.package ?? packageOf(types[0]?.exports[0]);
  const decoder = new ModelDecoder(decoded, main, checkedLimits(limits), false);
  for (const { imports, exports } of types) {
    if (old === undefined && exports.length !== 1) {
      throw invalid(
        0,
        `not a WIT package: a type should have one export, an interface or world, and has ${exports.length}`,
      );
    }
    exports.forEach((item, index) => {
      const { namespace, name, version } = packageOf(item);
      if (old === undefined && (namespace !== main.namespace || name !== main.name || version !== main.version)) {
        throw invalid(0, `not a WIT package: "${item.name}" is of another package than what comes before it`);
      }
      addItem(decoder, item, index === 0 ? imports : []);
    });
  }
  return decoder.finish();
}

function addItem(decoder: ModelDecoder, item: ExternDeclaration, imports: readonly ExternDeclaration[]): void {
  if (item.type.tag === "instance") decoder.addInterface(item, imports);
  else if (item.type.tag === "component") {
    const name = parseInterfaceName(item.name)?.name ?? item.name;
    decoder.addWorld(name, item.type.type.imports, item.type.type.exports);
  } else throw invalid(0, `not a WIT package: "${item.name}" is neither an interface nor a world`);
}

function packageOf(item: ExternDeclaration | undefined): { namespace: string; name: string; version?: string } {
  const parsed = item && parseInterfaceName(item.name, item.versionSuffix);
  if (parsed === undefined) throw invalid(0, "not a WIT package: its items have full names, namespace:package/name");
  return parsed.package;
}
