import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assembleKernel, kernelModule } from "./leb128-kernel/assemble.ts";
import { repositoryRoot } from "./workspace.ts";

/** Assembles leb128-kernel.wat of the codec into the module that holds its bytes. Run it after each change of the text. */
const source = readFileSync(join(repositoryRoot, kernelModule.source), "utf8");
const bytes = await assembleKernel(source);
writeFileSync(join(repositoryRoot, kernelModule.binary), kernelModule.print(bytes));
console.log(`${kernelModule.binary}: ${bytes.length} bytes of WebAssembly`);
