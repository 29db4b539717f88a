/**
 * A `result<T, E>` as a value. A side without a payload is `undefined`.
 *
 * Functions that return `result<T, E>` return `T` and throw `WitError<E>` instead, unless their tagged form is called.
 */
export type Result<T = undefined, E = undefined> = Tagged<"ok", T> | Tagged<"err", E>;

type Tagged<Tag, T> = [T] extends [undefined] ? { tag: Tag; val?: undefined } : { tag: Tag; val: T };

/** What implementations may answer with: a value, which costs no turn of the event loop, or a promise of one. */
export type MaybePromise<T> = T | Promise<T>;
