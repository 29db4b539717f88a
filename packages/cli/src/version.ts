import manifest from "../package.json" with { type: "json" };

/** Version of all Witwire packages. */
export const version: string = manifest.version;
