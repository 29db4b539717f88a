import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { CommandError, run } from "../run.ts";
import type { CodeBlock, Markdown } from "./markdown.ts";

/** A document with its path relative to the root. */
export interface Document {
  readonly path: string;
  readonly markdown: Markdown;
}

interface Example {
  readonly document: Document;
  readonly block: CodeBlock;
  /** Where the code was written to. */
  readonly file: string;
  /** Where it runs. */
  readonly cwd: string;
  /** What the program should print, where the document says so. */
  readonly output: string | undefined;
}

/** How long an example may run, in milliseconds. */
const patience = 60_000;

/**
 * Compiles the `ts` blocks of documents and runs those marked `ts run`, each document in a folder of its own.
 *
 * - `ts` is type-checked, `ts run` is run too, `ts ignore` is neither.
 * - `file=name` gives a block of any language a name, so that other blocks can import or read it.
 * - A block marked `text output` right behind a `ts run` is what that prints.
 *
 * Examples run in the root, or beside the named blocks where their document has any.
 *
 * @returns what is wrong, with the places in the documents, and how many examples there are
 */
export async function checkExamples(
  root: string,
  documents: readonly Document[],
): Promise<{ problems: string[]; checked: number; run: number }> {
  const scratch = join(root, ".cache/docs");
  rmSync(scratch, { recursive: true, force: true });
  const examples = documents.flatMap((document) => writeExamples(root, scratch, document));
  if (examples.length === 0) return { problems: [], checked: 0, run: 0 };
  const problems = await compile(root, scratch, examples);
  const runnable = examples.filter(({ block }) => block.flags.has("run"));
  if (problems.length === 0) for (const example of runnable) problems.push(...(await runExample(root, example)));
  return { problems, checked: examples.length, run: runnable.length };
}

function writeExamples(root: string, scratch: string, document: Document): Example[] {
  const folder = join(scratch, document.path.replaceAll(sep, "-").replace(/\.md$/, ""));
  const { blocks } = document.markdown;
  const cwd = blocks.some((block) => block.file !== undefined) ? folder : root;
  return blocks.flatMap((block, index) => {
    const checked = block.language === "ts" && !block.flags.has("ignore");
    if (!checked && block.file === undefined) return [];
    const file = resolve(folder, block.file ?? `line-${block.line}.ts`);
    if (!file.startsWith(folder + sep))
      throw new Error(`${document.path}:${block.line}: file=${block.file} leads out of the document's folder`);
    mkdirSync(dirname(file), { recursive: true });
    // As many lines in front as in the document, so that errors name its lines.
    writeFileSync(file, checked ? `${"\n".repeat(block.line)}${block.code}\nexport {};\n` : block.code);
    const next = blocks[index + 1];
    const output = next?.flags.has("output") === true ? next.code : undefined;
    return checked ? [{ document, block, file, cwd, output }] : [];
  });
}

async function compile(root: string, scratch: string, examples: readonly Example[]): Promise<string[]> {
  const compilerOptions = {
    isolatedDeclarations: false,
    declaration: false,
    typeRoots: [join(root, "node_modules/@types")],
  };
  const config = join(scratch, "tsconfig.json");
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, "tsconfig.json"),
      compilerOptions,
      include: [],
      files: examples.map(({ file }) => file),
    }),
  );
  try {
    await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", config, "--pretty", "false"], {
      cwd: root,
    });
    return [];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return inDocuments(root, examples, error.message).split("\n").slice(1);
  }
}

async function runExample(root: string, example: Example): Promise<string[]> {
  const { document, block, file, cwd, output } = example;
  const place = `${document.path}:${block.line}`;
  try {
    const printed = await run(process.execPath, [file], { cwd, timeout: patience });
    if (output === undefined || printed.trimEnd() === output.trimEnd()) return [];
    return [`${place} prints something else than it says:\n${printed.trimEnd()}`];
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return [`${place} fails: ${inDocuments(root, [example], error.message)}`];
  }
}

/** Names documents in messages instead of the files that were written. */
function inDocuments(root: string, examples: readonly Example[], message: string): string {
  let text = message;
  for (const { file, document } of examples) {
    text = text
      .replaceAll(`file://${file}`, document.path)
      .replaceAll(file, document.path)
      .replaceAll(relative(root, file), document.path);
  }
  return text;
}
