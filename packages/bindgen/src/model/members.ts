import { type Func, type Resolve, resolveAlias, type TypeId } from "@witwire/wit/model";

/** A resource with what belongs to it. */
export interface Resource {
  readonly id: TypeId;
  /** WIT's name. */
  readonly name: string;
  readonly factory: Func | undefined;
  readonly methods: readonly Func[];
  readonly statics: readonly Func[];
}

/** The functions of an interface, or of one side of a world, those of its resources apart. */
export interface Members {
  readonly functions: readonly Func[];
  readonly resources: readonly Resource[];
}

/** @param named the types that the interface or world defines, by name */
export function gatherMembers(
  resolve: Resolve,
  functions: readonly Func[],
  named: readonly (readonly [string, TypeId])[],
): Members {
  const of = (id: TypeId): Func[] =>
    functions.filter(({ kind }) => kind.tag !== "freestanding" && resolveAlias(resolve, kind.resource) === id);
  const resources = named.filter(([, id]) => resolve.types[id]?.kind.tag === "resource");
  return {
    functions: functions.filter(({ kind }) => kind.tag === "freestanding"),
    resources: resources.map(([name, id]) => {
      const members = of(id);
      return {
        id,
        name,
        factory: members.find(({ kind }) => kind.tag === "constructor"),
        methods: members.filter(({ kind }) => kind.tag === "method"),
        statics: members.filter(({ kind }) => kind.tag === "static"),
      };
    }),
  };
}
