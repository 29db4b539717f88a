/**
 * Says what is wrong with a kebab-case name, or nothing where it is right. Words are joined by single hyphens; each is
 * all lower case or all upper case; digits may follow, and only the first word must start with a letter.
 */
export function identifierProblem(name: string): string | undefined {
  if (/^(?:[a-z][a-z0-9]*|[A-Z][A-Z0-9]*)(?:-(?:[a-z0-9]+|[A-Z0-9]+))*$/.test(name)) return undefined;
  if (name === "") return "a name must not be empty";
  const foreign = /[^a-zA-Z0-9-]/u.exec(name);
  if (foreign !== null) {
    const instead = foreign[0] === "_" ? 'separate words with "-"' : 'use a-z, A-Z, 0-9 and "-"';
    return `a name cannot contain "${foreign[0]}"; ${instead}`;
  }
  if (name.startsWith("-") || name.endsWith("-") || name.includes("--")) {
    return 'the words of a name are joined by single "-" signs; none may be empty';
  }
  if (/^[0-9]/.test(name)) return "a name must start with a letter";
  return "each word of a name is either all lower case or all upper case";
}
