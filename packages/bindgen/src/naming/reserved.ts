/** Words that cannot name a variable, a parameter or an export of a module. */
export const reservedWords: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
    "finally for function if implements import in instanceof interface let new null package private protected public " +
    "return static super switch this throw true try typeof undefined var void while with yield"
  ).split(" "),
);

/** Types that are there without an import. A type of a contract that has such a name is called by its interface, too. */
export const globalTypes: ReadonlySet<string> = new Set(
  (
    "Array ArrayBuffer AsyncDisposable AsyncIterable AsyncIterator Awaited BigInt64Array BigUint64Array Boolean DataView Date " +
    "Disposable Error EvalError Exclude Extract Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array " +
    "Iterable Iterator Map NaN NonNullable Number Object Omit Parameters Partial Pick Promise PromiseLike Proxy RangeError " +
    "Readonly ReadonlyArray ReadonlyMap ReadonlySet Record ReferenceError RegExp Required ReturnType Set String Symbol " +
    "SyntaxError TypeError Uint16Array Uint32Array Uint8Array WeakMap WeakRef WeakSet"
  ).split(" "),
);
