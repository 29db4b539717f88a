import { camelCase, pascalCase, type Resolve } from "@witwire/wit/model";
import type { TypeTraits } from "../model/traits.ts";
import { SourceFile } from "../text/source-file.ts";
import { nameDerivedTypes, namePlainTypes, type TypeNames } from "./type-names.ts";
import { functionsOf, type Unit } from "./unit.ts";

/** What a module declares. */
export interface ModuleNames {
  readonly unit: Unit;
  readonly path: string;
  readonly file: SourceFile;
  readonly types: TypeNames;
  /** The type of those who call its functions, of those who implement them, and of what the functions throw. */
  readonly client: string;
  readonly handler: string;
  readonly errors: string;
  /** What a component of a world is given, and what it offers. */
  readonly imports: string;
  readonly exports: string;
  /** The contract, as a value; for worlds that of the functions that they export. */
  readonly contract: string;
  /** For worlds: the contract of the functions that they import. */
  readonly importContract: string;
  /** For worlds: the types of the functions that they import. */
  readonly importClient: string;
  readonly importHandler: string;
}

/** Names everything that the module of a unit declares, before anything is written. */
export function nameModule(resolve: Resolve, unit: Unit, path: string, traits: TypeTraits): ModuleNames {
  const file = new SourceFile(path, `${unit.tag} ${unit.name}`);
  const { scope } = file;
  const types = namePlainTypes(resolve, unit, scope);
  const base = pascalCase(unit.label);
  const declare = (suffix: string): string => scope.declare(`${base}${suffix}`);
  const isWorld = unit.tag === "world";
  const importsFunctions = isWorld && functionsOf(resolve, unit, "imports").length > 0;
  const names = {
    unit,
    path,
    file,
    client: declare("Client"),
    handler: declare("Handler"),
    errors: declare("Errors"),
    imports: isWorld ? declare("Imports") : "",
    exports: isWorld ? declare("Exports") : "",
    importClient: importsFunctions ? declare("ImportsClient") : "",
    importHandler: importsFunctions ? declare("ImportsHandler") : "",
    contract: scope.declare(camelCase(unit.label)),
    importContract: importsFunctions ? scope.declare(`${camelCase(unit.label)}Imports`) : "",
  };
  return { ...names, types: nameDerivedTypes(resolve, types, traits, scope) };
}
