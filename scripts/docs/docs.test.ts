import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { repositoryRoot } from "../workspace.ts";
import { checkExamples } from "./examples.ts";
import { checkLinks } from "./links.ts";
import { readMarkdown } from "./markdown.ts";

const root = mkdtempSync(join(realpathSync(tmpdir()), "docs-"));
after(() => rmSync(root, { recursive: true }));
symlinkSync(join(repositoryRoot, "node_modules"), join(root, "node_modules"));
put("tsconfig.json", JSON.stringify({ extends: join(repositoryRoot, "tsconfig.json") }));
put("package.json", '{ "type": "module" }');

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

const code = (info: string, ...lines: string[]): string => [`\`\`\`${info}`, ...lines, "```", ""].join("\n");

describe("readMarkdown", () => {
  it("finds blocks with their flags, names and lines", () => {
    const { blocks } = readMarkdown(
      `# A\n\n${code("ts run file=a/b.ts", "const a = 1;", "", "a;")}~~~~wit\nx\n~~~\n~~~~\n${code("")}`,
    );
    assert.deepEqual(blocks, [
      { language: "ts", flags: new Set(["run"]), file: "a/b.ts", line: 3, code: "const a = 1;\n\na;\n" },
      { language: "wit", flags: new Set(), file: undefined, line: 8, code: "x\n~~~\n" },
      { language: "", flags: new Set(), file: undefined, line: 12, code: "" },
    ]);
  });

  it("finds links of every kind, but not in code", () => {
    const text =
      'See [a](a.md "title"), ![b](<b.png>) and `[no](no.md)`.\n[ref]: c.md#x\n<a href="d.md">d</a> [e](e_(x).md)\n' +
      code("", "[no](no.md)");
    assert.deepEqual(readMarkdown(text).links, [
      { target: "a.md", line: 1 },
      { target: "b.png", line: 1 },
      { target: "c.md#x", line: 2 },
      { target: "e_(x).md", line: 3 },
      { target: "d.md", line: 3 },
    ]);
  });

  it("names headings as GitHub does", () => {
    const { anchors } = readMarkdown(
      "# The `wit` package, 5.1\n## [Link](x.md) & more\n## Same\n## Same\n<a id='own'></a>\n",
    );
    assert.deepEqual([...anchors], ["the-wit-package-51", "link--more", "same", "same-1", "own"]);
  });
});

describe("checkLinks", () => {
  it("reports links to files and headings that are not there", () => {
    put("docs/other.md", "# Here\n");
    put("docs/picture.png", "");
    const text = [
      "[1](other.md) [2](other.md#here) [3](#top) [4](https://example.org/x) [5](../README.md) [6](picture.png) [7](/docs/)",
      "# Top",
      "[8](missing.md)",
      "[9](other.md#there) [10](#nowhere)",
      "[11](../../etc/passwd)",
    ].join("\n");
    put("README.md", "");
    assert.deepEqual(checkLinks(root, "docs/page.md", readMarkdown(text)), [
      "docs/page.md:3 links to missing.md: there is no such file",
      'docs/page.md:4 links to other.md#there: there is no heading "there"',
      'docs/page.md:4 links to #nowhere: there is no heading "nowhere"',
      "docs/page.md:5 links to ../../etc/passwd: this is outside of the repository",
    ]);
  });
});

describe("checkExamples", () => {
  const check = (text: string): ReturnType<typeof checkExamples> =>
    checkExamples(root, [{ path: "docs/page.md", markdown: readMarkdown(text) }]);

  it("compiles examples, runs those that say so, and compares what they print", async () => {
    const text =
      code("ts", "const never: number = 1; throw new Error(String(never));") +
      code("ts file=greet.ts", 'export const greet = (name: string): string => "Hello, " + name;') +
      code("text file=data.txt", "data") +
      code(
        "ts run",
        'import { readFileSync } from "node:fs";',
        'import { greet } from "./greet.ts";',
        'console.log(greet(readFileSync("data.txt", "utf8")));',
      ) +
      code("text output", "Hello, data") +
      code("ts ignore", "this is not code") +
      code("js", "nor this");
    assert.deepEqual(await check(text), { problems: [], checked: 3, run: 1 });
  });

  it("names the line of the document where an example does not compile", async () => {
    const { problems } = await check(`# A\n\n${code("ts", "", "const a: number = 'x';")}`);
    assert.deepEqual(problems, ["docs/page.md(5,7): error TS2322: Type 'string' is not assignable to type 'number'."]);
  });

  it("reports examples that fail or print something else", async () => {
    const { problems } = await check(
      code("ts run", 'throw new Error("oops");') + code("ts run", 'console.log("b");') + code("text output", "a"),
    );
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? "", /^docs\/page\.md:1 fails: [\s\S]*docs\/page\.md:2[\s\S]*Error: oops/);
    assert.equal(problems[1], "docs/page.md:4 prints something else than it says:\nb");
  });

  it("keeps named blocks inside the document's folder", async () => {
    await assert.rejects(check(code("ts file=../../x.ts", "")), {
      message: "docs/page.md:1: file=../../x.ts leads out of the document's folder",
    });
  });
});
