/** All values of an option that may be given more than once, which citty would reduce to the last one. */
export function repeatedOption(args: readonly string[], name: string): string[] {
  const values: string[] = [];
  const flag = `--${name}`;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index] ?? "";
    if (arg === "--") break;
    if (arg === flag) values.push(args[++index] ?? "");
    else if (arg.startsWith(`${flag}=`)) values.push(arg.slice(flag.length + 1));
  }
  return values;
}
