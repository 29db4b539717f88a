import { type ContractRef, findInterface } from "@witwire/wit/model";
import { parseWit } from "@witwire/wit/text";

/** The interface of the call whose bytes are in `payload.ts`. */
export interface Greeter {
  greet(name: string): string;
}

export const greeter: ContractRef = findInterface(
  parseWit("package bench:calls@0.1.0;\ninterface greeter { greet: func(name: string) -> string; }\n"),
  "greeter",
);
