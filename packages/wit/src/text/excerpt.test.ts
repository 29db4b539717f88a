import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { contractName } from "../model/contract-name.ts";
import { type ContractRef, findInterface, findWorld } from "../model/lookup.ts";
import { ExcerptConflict, excerpt } from "./excerpt.ts";
import { parseWit, printWit } from "./index.ts";

const shop = parseWit(`
/// All of the shop.
package shop:api@1.0.0;

interface types {
  /// Whole cents.
  type price = u64;
  resource basket { constructor(); add: func(item: u32) -> result<price, refusal>; }
  enum refusal { gone, full }
  secret: func() -> string;
  record never-needed { a: u8 }
}

/// What is for sale.
interface items {
  use types.{price, basket};
  use shop:other/private.{hidden};
  variant kind { new, used(price) }
  /// Finds something.
  find: func(name: string) -> option<tuple<u32, price>>;
  fill: async func(into: basket, %list: list<u32>) -> stream<kind>;
}

interface back-office { close: func(); }

world shop {
  import back-office;
  use types.{price};
  record offer { price: price, until: u64 }
  export best: func() -> offer;
  export orders: interface { use types.{price}; place: func() -> price; }
  import log: func(line: string);
}

package shop:other {
  interface private { type hidden = u8; }
}
`);

/** What an excerpt means as text; it is read again, so that it is complete in itself. */
function text(contracts: readonly ContractRef[], told?: readonly ContractRef[]): string {
  const printed = printWit(excerpt(contracts, told));
  assert.equal(printWit(excerptAgain(printed, contracts)), printed, "it is complete in itself, and says the same");
  return printed;
}

function excerptAgain(printed: string, contracts: readonly ContractRef[]): ReturnType<typeof parseWit> {
  const resolve = parseWit(printed, { features: "all" });
  const found = contracts.map((contract) =>
    contract.tag === "world" ? findWorld(resolve, contract.name) : findInterface(resolve, contractName(contract)),
  );
  return excerpt(found);
}

describe("an excerpt", () => {
  test("has an interface with what it needs, and tells nothing else", () => {
    assert.equal(
      text([findInterface(shop, "items")]),
      `/// All of the shop.
package shop:api@1.0.0;

/// What is for sale.
interface items {
  use types.{price, basket};

  variant kind {
    new,
    used(price),
  }

  /// Finds something.
  find: func(name: string) -> option<tuple<u32, price>>;

  fill: async func(into: basket, %list: list<u32>) -> stream<kind>;
}

interface types {
  /// Whole cents.
  type price = u64;

  resource basket;
}
`,
    );
  });

  test("has the methods of a needed resource where they are told anyway", () => {
    const told = [findInterface(shop, "items"), findInterface(shop, "types")];
    const printed = printWit(excerpt([findInterface(shop, "items")], told));
    assert.match(printed, /resource basket \{\s+constructor\(\);\s+add: func\(item: u32\) -> result<price, refusal>;/);
    assert.match(printed, /enum refusal/);
    assert.doesNotMatch(printed, /secret|never-needed/);
  });

  test("has only those functions that the contract has", () => {
    const types = findInterface(shop, "types");
    const printed = text([{ ...types, functions: types.functions.filter(({ name }) => name === "secret") }]);
    assert.match(printed, /secret: func/);
    assert.doesNotMatch(printed, /constructor|add/);
  });

  test("has root functions as exports of their world, and not its imports", () => {
    const printed = text([findWorld(shop, "shop")]);
    assert.match(
      printed,
      /world shop \{\s+use types\.\{price\};\s+record offer \{[^}]+\}\s+export best: func\(\) -> offer;\s+\}/,
    );
    assert.doesNotMatch(printed, /back-office|orders|log/);
  });

  test("has an inline interface in its world", () => {
    const orders = findInterface(shop, "shop:api/orders@1.0.0");
    assert.equal(contractName(orders), "shop:api/orders@1.0.0");
    const printed = text([orders]);
    assert.match(
      printed,
      /world shop \{\s+export orders: interface \{\s+use types\.\{price\};\s+place: func\(\) -> price;/,
    );
    assert.doesNotMatch(printed, /best|offer|back-office/);
  });

  test("joins models by name", () => {
    const one = parseWit(
      "package a:b; interface types { record r { x: list<u8> } type s = u8; } interface one { use types.{r}; f: func() -> r; }",
    );
    const two = parseWit(
      "package a:b; interface types { type s = u8; record r { x: list<u8> } } interface two { use types.{r as q, s}; g: func(s: s) -> q; }",
    );
    assert.equal(
      text([findInterface(one, "one"), findInterface(two, "two")]),
      `package a:b;

interface one {
  use types.{r};

  f: func() -> r;
}

interface types {
  record r {
    x: list<u8>,
  }

  type s = u8;
}

interface two {
  use types.{r as q, s};

  g: func(s: s) -> q;
}
`,
    );
  });

  test("refuses models that contradict each other", () => {
    const one = parseWit(
      "package a:b; interface types { type t = u8; } interface one { use types.{t}; f: func() -> t; }",
    );
    const two = parseWit(
      "package a:b; interface types { type t = u16; } interface two { use types.{t}; f: func() -> t; }",
    );
    assert.throws(() => excerpt([findInterface(one, "one"), findInterface(two, "two")]), {
      name: ExcerptConflict.name,
      message: "the type t of interface a:b/types is not the same everywhere",
    });
    const other = parseWit("package a:b; interface one { f: func() -> string; }");
    assert.throws(() => excerpt([findInterface(one, "one"), findInterface(other, "one")]), ExcerptConflict);
  });

  test("keeps versions of a package apart", () => {
    const [first, second] = ["1.0.0", "2.0.0"].map((version) =>
      findInterface(
        parseWit(
          `package a:b@${version}; interface i { type t = u${version.startsWith("1") ? 8 : 16}; f: func() -> t; }`,
        ),
        "i",
      ),
    );
    const printed = text([first, second] as ContractRef[]);
    assert.match(printed, /a:b@1\.0\.0[\s\S]*u8/);
    assert.match(printed, /a:b@2\.0\.0[\s\S]*u16/);
  });
});
