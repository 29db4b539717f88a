import { test } from "node:test";
import { loadQuiche } from "../quiche.ts";

/** Runs tests where quiche is there; elsewhere says why they are left out. */
export async function withQuiche(tests: () => Promise<void>): Promise<void> {
  const reason = await loadQuiche().then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (reason === undefined) await tests();
  else test("QUIC", { skip: reason }, () => {});
}
