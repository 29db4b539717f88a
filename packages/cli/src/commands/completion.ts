import { type CommandDef, defineCommand } from "citty";
import { type Shell, scripts } from "../completion/scripts.ts";
import { exitCode } from "../exit-code.ts";
import type { Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";

const args = {
  shell: { type: "positional", required: true, description: "bash, zsh or fish" },
} as const;

/** `witwire completion <shell>`: prints what makes a shell complete `witwire`. */
export const completionCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: "completion", description: "Print a script that makes a shell complete witwire" },
  args,
  async run({ args: { shell }, data }) {
    if (!Object.hasOwn(scripts, shell)) {
      throw new UsageError(`there is no completion for "${shell}"; there is ${Object.keys(scripts).join(", ")}`);
    }
    await (data as Terminal).out(scripts[shell as Shell]);
    return exitCode.ok;
  },
});

/** Further text of `witwire completion --help`. */
export const completionExamples = `EXAMPLES

  source <(witwire completion bash)        in ~/.bashrc
  source <(witwire completion zsh)         in ~/.zshrc, after compinit
  witwire completion fish | source         in ~/.config/fish/config.fish

Behind \`witwire call <address>\` the functions are completed that the server at the address says it has.
`;
