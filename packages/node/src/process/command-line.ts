/**
 * The words of a command: blanks part them, `"…"` and `'…'` hold blanks together, and nothing else means anything.
 *
 * @throws RangeError for a quote without its end, and where there is no word
 */
export function parseCommand(text: string): [command: string, ...args: string[]] {
  const words: string[] = [];
  let rest = text.trimStart();
  while (rest !== "") {
    const match = /^(?:"[^"]*"|'[^']*'|[^\s"'])+/.exec(rest);
    if (match === null) throw new RangeError(`a quote without its end in the command: ${rest}`);
    words.push(
      match[0].replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ""),
    );
    const after = rest.slice(match[0].length);
    rest = after.trimStart();
    if (rest !== "" && rest === after) throw new RangeError(`a quote without its end in the command: ${rest}`);
  }
  const [command, ...args] = words;
  if (command === undefined || command === "") throw new RangeError("exec: needs a command: exec:program arguments");
  return [command, ...args];
}
