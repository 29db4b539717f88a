/** `node.ts <case>`: Node doing the same. */
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { type CaseName, report, size } from "./cases.ts";

const buffer = new Uint8Array(size);

await report(process.argv[2] as CaseName, async (folder) => {
  const path = join(folder, "data");
  return {
    clock(times) {
      let before = 0n;
      for (let time = 0; time < times; time++) {
        const at = process.hrtime.bigint();
        if (at < before) throw new Error("the clock went backwards");
        before = at;
      }
    },
    async read(times) {
      const file = await open(path);
      let sum = 0;
      for (let time = 0; time < times; time++) sum += await readOnce(file);
      await file.close();
      return BigInt(sum);
    },
    async openAndRead(times) {
      let sum = 0;
      for (let time = 0; time < times; time++) {
        const file = await open(path);
        sum += await readOnce(file);
        await file.close();
      }
      return BigInt(sum);
    },
  };
});

async function readOnce(file: FileHandle): Promise<number> {
  const { bytesRead } = await file.read(buffer, 0, size, 0);
  return bytesRead + (buffer[bytesRead - 1] ?? 0);
}
