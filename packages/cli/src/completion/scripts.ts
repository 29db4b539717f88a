/** The shells that completion is known for. */
export type Shell = "bash" | "zsh" | "fish";

/**
 * Colons and the like end a word for bash, and not for us, so the line is read anew, and what bash takes for earlier words
 * is cut from the answers. Answers are quoted unless the word is.
 */
const bash = `# witwire completion for bash: source <(witwire completion bash)
_witwire() {
  local line="\${COMP_LINE:0:COMP_POINT}" current candidate prefix
  local -a words candidates
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  current="\${words[\${#words[@]}-1]}"
  mapfile -t candidates < <(witwire complete -- "\${words[@]:1}" 2>/dev/null)
  COMPREPLY=()
  for candidate in "\${candidates[@]}"; do
    case "$candidate" in *"://"|*"(") compopt -o nospace ;; esac
    if [[ "$current" != [\\"\\']* ]]; then
      prefix="\${current%"\${current##*[:=@]}"}"
      printf -v candidate %q "\${candidate#"$prefix"}"
    fi
    COMPREPLY+=("$candidate")
  done
}
complete -o default -F _witwire witwire
`;

const zsh = `#compdef witwire
# witwire completion for zsh: source <(witwire completion zsh), after compinit
_witwire() {
  local -a candidates
  candidates=("\${(@f)$(witwire complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  candidates=("\${(@)candidates:#}")
  if (( \${#candidates} )); then
    compadd -S '' -- "\${candidates[@]}"
  else
    _files
  fi
}
compdef _witwire witwire
`;

const fish = `# witwire completion for fish: witwire completion fish | source
function __witwire_complete
  set -l words (commandline -opc) (commandline -ct)
  witwire complete -- $words[2..-1] 2>/dev/null
end
complete -c witwire -a '(__witwire_complete)'
`;

/** What a shell has to run so that it completes `witwire`. */
export const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
