/**
 * WIT types as the generated guests know them, with a derivation of their own of everything that depends on a type: text,
 * layout, values. Nothing here comes from the code under test, so that a mistake there is not made here too.
 */
export type Scalar =
  | "bool"
  | "s8"
  | "u8"
  | "s16"
  | "u16"
  | "s32"
  | "u32"
  | "s64"
  | "u64"
  | "f32"
  | "f64"
  | "char"
  | "string";

/** `record`, `variant`, `enum` and `flags` get names where they are written; their members are numbered. */
export type TestType =
  | { readonly tag: Scalar }
  | { readonly tag: "list"; readonly element: TestType }
  | { readonly tag: "fixed-list"; readonly element: TestType; readonly length: number }
  | { readonly tag: "map"; readonly key: TestType; readonly value: TestType }
  | { readonly tag: "option"; readonly some: TestType }
  | { readonly tag: "result"; readonly ok: TestType | undefined; readonly err: TestType | undefined }
  | { readonly tag: "tuple"; readonly items: readonly TestType[] }
  | { readonly tag: "record"; readonly fields: readonly TestType[] }
  | { readonly tag: "variant"; readonly cases: readonly (TestType | undefined)[] }
  | { readonly tag: "enum"; readonly count: number }
  | { readonly tag: "flags"; readonly count: number };

export const scalar = (tag: Scalar): TestType => ({ tag });
export const list = (element: TestType): TestType => ({ tag: "list", element });
export const fixedList = (element: TestType, length: number): TestType => ({ tag: "fixed-list", element, length });
export const map = (key: TestType, value: TestType): TestType => ({ tag: "map", key, value });
export const option = (some: TestType): TestType => ({ tag: "option", some });
export const result = (ok?: TestType, err?: TestType): TestType => ({ tag: "result", ok, err });
export const tuple = (...items: TestType[]): TestType => ({ tag: "tuple", items });
export const record = (...fields: TestType[]): TestType => ({ tag: "record", fields });
export const variant = (...cases: (TestType | undefined)[]): TestType => ({ tag: "variant", cases });
export const enumeration = (count: number): TestType => ({ tag: "enum", count });
export const flags = (count: number): TestType => ({ tag: "flags", count });

/** Names of members as WIT writes them. */
export const fieldName = (index: number): string => `a-field${index}`;
export const caseName = (index: number): string => `a-case${index}`;
export const flagName = (index: number): string => `a-flag${index}`;

/** Writes types into one interface, giving names to those that need one. */
export class TypeWriter {
  readonly #names = new Map<TestType, string>();
  readonly #definitions: string[] = [];

  /** The definitions of all types written so far, one per line. */
  get definitions(): string {
    return this.#definitions.join("\n");
  }

  write(type: TestType): string {
    switch (type.tag) {
      case "list":
        return `list<${this.write(type.element)}>`;
      case "fixed-list":
        return `list<${this.write(type.element)}, ${type.length}>`;
      case "map":
        return `map<${this.write(type.key)}, ${this.write(type.value)}>`;
      case "option":
        return `option<${this.write(type.some)}>`;
      case "tuple":
        return `tuple<${type.items.map((item) => this.write(item)).join(", ")}>`;
      case "result":
        return this.#result(type.ok, type.err);
      case "record":
      case "variant":
      case "enum":
      case "flags":
        return this.#named(type);
      default:
        return type.tag;
    }
  }

  #result(ok: TestType | undefined, err: TestType | undefined): string {
    if (ok === undefined && err === undefined) return "result";
    if (err === undefined) return `result<${this.write(ok as TestType)}>`;
    return `result<${ok === undefined ? "_" : this.write(ok)}, ${this.write(err)}>`;
  }

  #named(type: TestType & { readonly tag: "record" | "variant" | "enum" | "flags" }): string {
    const known = this.#names.get(type);
    if (known !== undefined) return known;
    const members = this.#members(type);
    const name = `a-${type.tag}${this.#names.size}`;
    this.#names.set(type, name);
    this.#definitions.push(`${type.tag} ${name} { ${members.join(", ")} }`);
    return name;
  }

  #members(type: TestType & { readonly tag: "record" | "variant" | "enum" | "flags" }): string[] {
    const numbered = (count: number, name: (index: number) => string): string[] =>
      Array.from({ length: count }, (_, index) => name(index));
    switch (type.tag) {
      case "record":
        return type.fields.map((field, index) => `${fieldName(index)}: ${this.write(field)}`);
      case "variant":
        return type.cases.map((payload, index) =>
          payload === undefined ? caseName(index) : `${caseName(index)}(${this.write(payload)})`,
        );
      case "enum":
        return numbered(type.count, caseName);
      case "flags":
        return numbered(type.count, flagName);
    }
  }
}
