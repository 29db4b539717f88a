import { Schema } from "effect";
import { Rpc, RpcGroup } from "effect/rpc";

export const Person = Schema.Struct({
  id: Schema.Int,
  name: Schema.String,
  email: Schema.String,
  city: Schema.String,
  age: Schema.Int,
  balance: Schema.Finite,
  active: Schema.Boolean,
  tags: Schema.Array(Schema.String),
});

export class Directory extends RpcGroup.make(
  Rpc.make("echo", { payload: Person, success: Person }),
  Rpc.make("people", { payload: { count: Schema.Int }, success: Person, stream: true }),
  Rpc.make("bytes", { payload: { chunks: Schema.Int }, success: Schema.Uint8Array, stream: true }),
) {}
