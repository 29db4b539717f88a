/**
 * What the parser makes of a text: its structure, with every name still a name. Places are kept wherever an error
 * found later would have to point.
 */
import type { PrimitiveType } from "../model/types.ts";
import type { Place } from "./source.ts";

export interface Id {
  readonly name: string;
  readonly place: Place;
}

/** Raw comments in front of an item; see `docs.ts` for how they become documentation. */
export type Comments = readonly string[];

export interface PackageHeader {
  readonly comments: Comments;
  readonly namespace: Id;
  readonly name: Id;
  readonly version?: string;
  readonly place: Place;
}

/** One text, or one nested package: an optional header and the items. */
export interface PackageFile {
  readonly header?: PackageHeader;
  readonly items: readonly FileItem[];
  readonly nested: readonly PackageFile[];
}

export type FileItem = InterfaceItem | WorldItem | TopLevelUse;

export interface InterfaceItem extends Head {
  readonly tag: "interface";
  readonly name: Id;
  readonly members: readonly InterfaceMember[];
}

export interface WorldItem extends Head {
  readonly tag: "world";
  readonly name: Id;
  readonly members: readonly WorldMember[];
}

/** `use path as name;` outside of interfaces and worlds. */
export interface TopLevelUse {
  readonly tag: "use";
  readonly path: Path;
  readonly name: Id;
}

/** What may stand in front of an item. */
export interface Head {
  readonly comments: Comments;
  readonly attributes: readonly Attribute[];
}

export type Attribute =
  | { readonly tag: "since"; readonly version: string; readonly place: Place }
  | { readonly tag: "deprecated"; readonly version: string; readonly place: Place }
  | { readonly tag: "unstable"; readonly feature: string; readonly place: Place }
  | { readonly tag: "external-id"; readonly value: string; readonly place: Place };

/** `item`, or `namespace:package/item@version`. */
export interface Path {
  readonly item: Id;
  readonly package?: PackageHeader;
}

export type InterfaceMember = TypeItem | FuncItem | UseItem;

export type WorldMember = TypeItem | UseItem | IncludeItem | ExternItem;

export interface UseItem extends Head {
  readonly tag: "use";
  readonly path: Path;
  readonly names: readonly { readonly name: Id; readonly as: Id }[];
}

export interface IncludeItem extends Head {
  readonly tag: "include";
  readonly path: Path;
  readonly renames: readonly { readonly name: Id; readonly as: Id }[];
}

export interface FuncItem extends Head {
  readonly tag: "func";
  readonly name: Id;
  readonly func: FuncSignature;
}

export interface FuncSignature {
  readonly async: boolean;
  readonly params: readonly { readonly name: Id; readonly type: TypeNode }[];
  readonly result?: TypeNode;
}

/** An import or export of a world. */
export interface ExternItem extends Head {
  readonly tag: "extern";
  readonly direction: "import" | "export";
  readonly what: Extern;
}

export type Extern =
  | { readonly tag: "func"; readonly name: Id; readonly func: FuncSignature }
  | { readonly tag: "inline"; readonly name: Id; readonly members: readonly InterfaceMember[] }
  | { readonly tag: "path"; readonly path: Path }
  | { readonly tag: "named path"; readonly name: Id; readonly path: Path };

export interface TypeItem extends Head {
  readonly tag: "type";
  readonly name: Id;
  readonly definition: Definition;
}

/** The right side of a type declaration. */
export type Definition =
  | { readonly tag: "alias"; readonly type: TypeNode }
  | { readonly tag: "record"; readonly fields: readonly FieldNode[] }
  | { readonly tag: "variant"; readonly cases: readonly CaseNode[] }
  | { readonly tag: "enum"; readonly cases: readonly LabelNode[] }
  | { readonly tag: "flags"; readonly flags: readonly LabelNode[] }
  | { readonly tag: "resource"; readonly members: readonly ResourceMember[] };

export interface LabelNode {
  readonly comments: Comments;
  readonly name: Id;
}

export interface FieldNode extends LabelNode {
  readonly type: TypeNode;
}

export interface CaseNode extends LabelNode {
  readonly type?: TypeNode;
}

export interface ResourceMember extends Head {
  readonly tag: "method" | "static" | "constructor";
  readonly name: Id;
  readonly func: FuncSignature;
}

export type TypeNode =
  | { readonly tag: "primitive"; readonly type: PrimitiveType; readonly place: Place }
  | { readonly tag: "name"; readonly id: Id; readonly place: Place }
  | { readonly tag: "own" | "borrow"; readonly resource: Id; readonly place: Place }
  | { readonly tag: "list" | "option"; readonly type: TypeNode; readonly place: Place }
  | { readonly tag: "fixed-length-list"; readonly type: TypeNode; readonly length: number; readonly place: Place }
  | { readonly tag: "map"; readonly key: TypeNode; readonly value: TypeNode; readonly place: Place }
  | { readonly tag: "stream" | "future"; readonly type?: TypeNode; readonly place: Place }
  | { readonly tag: "tuple"; readonly types: readonly TypeNode[]; readonly place: Place }
  | { readonly tag: "result"; readonly ok?: TypeNode; readonly err?: TypeNode; readonly place: Place };
