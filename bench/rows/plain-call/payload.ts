/** Bytes of a plain wRPC call of `greet: func(name: string) -> string`, written out by hand. */
const encoder = new TextEncoder();

export const instance = "bench:calls/greeter@0.1.0";
export const name = "test";
export const greeting: string = `Hello, ${name}`;

/** Version, instance and function, then one frame on the root path with the parameters. */
export const request: Uint8Array = concat([0], text(instance), text("greet"), frame(text(name)));
/** One frame on the root path with the result. */
export const response: Uint8Array = frame(text(greeting));

/** All lengths here are below 128 and so take one byte. */
function text(value: string): Uint8Array {
  const bytes = encoder.encode(value);
  return concat([bytes.length], bytes);
}

function frame(data: Uint8Array): Uint8Array {
  return concat([0, data.length], data);
}

function concat(...parts: ArrayLike<number>[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => Array.from(part)));
}
