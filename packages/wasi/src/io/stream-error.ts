import { WitError } from "@witwire/wit/values";
import type { IoError } from "./io-error.ts";

/** `wasi:io/streams` `stream-error`. */
export type StreamError =
  | { readonly tag: "last-operation-failed"; readonly val: IoError }
  | { readonly tag: "closed"; readonly val?: undefined };

/** Thrown by a destination that will never take anything again, which is no failure: the guest gets `closed`. */
export class DestinationClosed extends Error {
  override readonly name: string = "DestinationClosed";
}

export function streamClosed(): WitError<StreamError> {
  return new WitError<StreamError>({ tag: "closed" });
}

export function lastOperationFailed(error: IoError): WitError<StreamError> {
  return new WitError<StreamError>({ tag: "last-operation-failed", val: error });
}
