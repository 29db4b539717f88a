import { camelCase, pascalCase } from "@witwire/wit/model";

/** What the name of a function in a component says. Explainer.md, Import and Export Definitions. */
export type MemberName =
  | { readonly tag: "function"; readonly property: string }
  | { readonly tag: "constructor"; readonly resource: string; readonly className: string }
  | {
      readonly tag: "method" | "static";
      readonly resource: string;
      readonly className: string;
      readonly property: string;
    };

/** `get-value`, `[constructor]bucket`, `[method]bucket.get`, `[static]bucket.open`. */
export function memberName(name: string): MemberName {
  const match = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/.exec(name);
  if (match === null) return { tag: "function", property: camelCase(name) };
  const [, kind, resource = "", member = ""] = match;
  const className = pascalCase(resource);
  if (kind === "constructor") return { tag: "constructor", resource, className };
  return { tag: kind === "method" ? "method" : "static", resource, className, property: camelCase(member) };
}
