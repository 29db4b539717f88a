import { ComponentDecodeError, type DecodedComponent, decodeComponent } from "@witwire/wit/binary";
import { CompiledComponent } from "./compiled-component.ts";
import type { CompileOptions, Component } from "./component.ts";
import { compileModules } from "./core/compiled-modules.ts";
import { ComponentError } from "./errors.ts";
import { type EngineLimits, resolveEngineLimits } from "./limits.ts";
import { compileFunctions } from "./linking/function-types.ts";

/**
 * Decodes a component and compiles its core modules. What comes of it can be instantiated many times.
 *
 * @param bytes a component as a binary; not changed, and not needed afterwards
 * @throws ComponentError `invalid-component`, `unsupported`, `resource-exhausted`
 */
export async function compile(bytes: Uint8Array | ArrayBuffer, options: CompileOptions = {}): Promise<Component> {
  const limits = resolveEngineLimits(options.limits);
  const decoded = decode(bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes), limits);
  const functions = compileFunctions(decoded);
  const modules = await compileModules(decoded, limits);
  return new CompiledComponent(decoded, { modules, functions }, limits);
}

function decode(bytes: Uint8Array, limits: EngineLimits): DecodedComponent {
  try {
    return decodeComponent(bytes, { bytes: limits.maxComponentBytes });
  } catch (error) {
    if (!(error instanceof ComponentDecodeError)) throw error;
    const { message, offset } = error;
    switch (error.kind) {
      case "unsupported":
        throw new ComponentError("unsupported", `unsupported: ${message}`, { cause: error, offset });
      case "limit":
        throw new ComponentError("resource-exhausted", message, { cause: error, offset });
      default:
        throw new ComponentError("invalid-component", message, { cause: error, offset });
    }
  }
}
