import type { CompileOptions, Component } from "../../index.ts";

/** What a compliance suite is run against: anything that runs components with imports that may await. */
export interface Engine {
  compile(bytes: Uint8Array, options?: CompileOptions): Promise<Component>;
}

// biome-ignore lint/suspicious/noExplicitAny: guests are called with whatever the test is about
export type Exported = (...args: any[]) => Promise<any>;

/** Exported functions of a guest, by their names in JavaScript. */
export type Functions<Names extends string> = Readonly<Record<Names, Exported>>;

export type Api = Record<string, Exported>;
