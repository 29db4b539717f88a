import type { Cost, Costs } from "./costs.ts";

/** The costs of one process of a contestant. */
export interface ProcessCosts {
  readonly role: "client" | "server";
  readonly costs: Costs;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** For a terminal: groups, then functions, process by process. @param top functions of each process */
export function formatReport(title: string, processes: readonly ProcessCosts[], top: number): string {
  const lines = [title];
  for (const { role, costs } of processes) {
    lines.push("", `${role}, busy for ${percent(costs.busy)} of the time`);
    for (const cost of [...costs.groups, undefined, ...costs.functions.slice(0, top)]) {
      lines.push(cost === undefined ? "" : `  ${percent(cost.share).padStart(6)}  ${cost.name}`);
    }
  }
  return lines.join("\n");
}

/** A Markdown section with the largest costs of each process. */
export function formatSection(title: string, processes: readonly ProcessCosts[], top: number): string {
  const rows = processes.flatMap(({ role, costs }) => [
    `| **${role}**, busy for ${percent(costs.busy)} | |`,
    ...costs.groups.slice(0, top).map(row),
    "| its largest functions | |",
    ...costs.functions.slice(0, top).map(row),
  ]);
  return [`## ${title}`, "", "| what | of the busy time |", "| --- | --- |", ...rows].join("\n");
}

function row({ name, share }: Cost): string {
  return `| ${name.replaceAll("|", "\\|")} | ${percent(share)} |`;
}
