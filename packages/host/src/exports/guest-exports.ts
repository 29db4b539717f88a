import type { Component } from "@witwire/component";
import { type ContractRef, resolveAlias, type TypeId } from "@witwire/wit/model";

/** One of the things that a component offers. */
export interface GuestExport {
  /** The name of the interface; `undefined` for the functions at the root. */
  readonly name: string | undefined;
  readonly contract: ContractRef;
}

/** Everything that a component offers: its interfaces, and the functions at its root where it has any. */
export function guestExports(component: Component): GuestExport[] {
  const interfaces = [...component.exports].map(([name, contract]): GuestExport => ({ name, contract }));
  const { rootExports } = component;
  return rootExports.functions.length === 0 ? interfaces : [...interfaces, { name: undefined, contract: rootExports }];
}

/** The resources that a contract defines. */
export function definedResources({ tag, id, resolve, functions }: ContractRef): Set<TypeId> {
  const found = new Set<TypeId>();
  const named = tag === "interface" ? Object.values(resolve.interfaces[id]?.types ?? {}) : [];
  for (const type of named) if (resolve.types[type]?.kind.tag === "resource") found.add(type);
  for (const { kind } of functions) if (kind.tag !== "freestanding") found.add(resolveAlias(resolve, kind.resource));
  return found;
}
