/** `wasi:http/types` `method`. */
export type Method =
  | { readonly tag: (typeof known)[number]; readonly val?: undefined }
  | { readonly tag: "other"; readonly val: string };

const known = ["get", "head", "post", "put", "delete", "connect", "options", "trace", "patch"] as const;

/** As it stands in a request. */
export function methodText(method: Method): string {
  return method.tag === "other" ? method.val : method.tag.toUpperCase();
}

/** Methods are written in capitals; others, also `get`, are something else. */
export function methodOf(text: string): Method {
  const tag = known.find((name) => name.toUpperCase() === text);
  return tag === undefined ? { tag: "other", val: text } : { tag };
}
