import type { Codec } from "@witwire/codec";
import { wireFunctionName } from "@witwire/wit/model";
import type { Header } from "../framing/header.ts";
import { health } from "../health/generated/witwire/health/health.ts";
import { HealthService } from "../health/health-service.ts";
import type { Limits } from "../limits.ts";
import { reflection } from "../reflection/generated/witwire/reflection/reflection.ts";
import { type ReflectionAccess, ReflectionService } from "../reflection/reflection-service.ts";
import { bindImplementation } from "./implementation.ts";
import type { Registry } from "./registry.ts";
import type { ServerFunction } from "./server-function.ts";

const accesses: readonly ReflectionAccess[] = ["local", "all", "none"];

type Functions = ReadonlyMap<string, ServerFunction>;

/** What every server answers besides what it serves: `witwire:health` and `witwire:reflection`. Made when it is asked for. */
export class BuiltIns {
  readonly health: HealthService;
  readonly #registry: Registry;
  readonly #access: ReflectionAccess;
  readonly #limits: Limits;
  readonly #codec: Codec;
  readonly #bound = new Map<string, Functions | undefined>();

  /** @throws RangeError for an access that there is not */
  constructor(registry: Registry, access: ReflectionAccess, limits: Limits, codec: Codec) {
    if (!accesses.includes(access)) {
      throw new RangeError(`reflection must be one of ${accesses.join(", ")}, not ${String(access)}`);
    }
    this.#registry = registry;
    this.#access = access;
    this.#limits = limits;
    this.#codec = codec;
    this.health = new HealthService((instance) => registry.has(instance));
  }

  /** All that {@link BuiltIns.find} finds. */
  targets(): Header[] {
    return [health, ...(this.#access === "none" ? [] : [reflection])].flatMap(({ name: instance, functions }) =>
      functions.map((func) => ({ instance, name: wireFunctionName(func) })),
    );
  }

  find(instance: string, name: string): ServerFunction | undefined {
    if (instance !== health.name && instance !== reflection.name) return undefined;
    if (!this.#bound.has(instance)) this.#bound.set(instance, this.#bind(instance));
    return this.#bound.get(instance)?.get(name);
  }

  #bind(instance: string): Functions | undefined {
    if (instance === health.name) return bindImplementation(health, this.health, this.#codec);
    if (this.#access === "none") return undefined;
    const service = new ReflectionService(this.#registry, this.#access, this.#limits.maxReflectionBytes);
    return bindImplementation(reflection, service, this.#codec);
  }
}
