import { IoError } from "../io/io-error.ts";
import { errorCodeOf } from "./error-code.ts";

/** What a stream of a file failed with: an error from which `filesystem-error-code` gets its answer. */
export function fileFailure(error: unknown): IoError {
  const code = errorCodeOf(error);
  return code === undefined
    ? IoError.from(error)
    : new IoError(`the file operation failed: ${code}`, { filesystem: code });
}
