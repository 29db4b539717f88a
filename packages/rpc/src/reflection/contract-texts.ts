// Excerpts and the printer are large, so this file is loaded when a text is asked for and not before.
import type { ContractRef, Resolve } from "@witwire/wit/model";
import { ExcerptConflict, excerpt, printWit } from "@witwire/wit/text";

/**
 * Contracts as WIT that is complete in itself: one text, or several where contracts of different models contradict each other.
 *
 * @param told further contracts that are no secret
 */
export function contractTexts(contracts: readonly ContractRef[], told: readonly ContractRef[]): string[] {
  try {
    return [printWit(excerpt(contracts, told))];
  } catch (error) {
    if (!(error instanceof ExcerptConflict) || contracts.length < 2) throw error;
    return byModel(contracts).flatMap((some) => contractTexts(some, some));
  }
}

/** Contracts that have their model in common; or else each by itself. */
function byModel(contracts: readonly ContractRef[]): ContractRef[][] {
  const groups = new Map<Resolve, ContractRef[]>();
  for (const contract of contracts) groups.set(contract.resolve, [...(groups.get(contract.resolve) ?? []), contract]);
  return groups.size > 1 ? [...groups.values()] : contracts.map((contract) => [contract]);
}
