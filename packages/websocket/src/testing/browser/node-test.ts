/** What the compliance suites use of `node:test`, for a page: tests are collected, and run when asked. */
import { collect, inGroup } from "./collected-tests.ts";

export function describe(name: string, body: () => void): void {
  inGroup(name, body);
}

export function test(name: string, options: { readonly timeout: number }, body: () => Promise<void>): void {
  collect(name, options.timeout, body);
}
