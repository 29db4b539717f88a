/**
 * Finds what was given for an interface: exactly that one, otherwise the newest of its semver track, otherwise the one
 * without a version.
 */
export function findGiven(given: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(given, name)) return given[name];
  const { base, version } = split(name);
  if (version === undefined || !base.includes("/")) return undefined;
  const track = semverTrack(version);
  let newest: { readonly key: string; readonly version: string } | undefined;
  for (const key of Object.keys(given)) {
    const candidate = split(key);
    if (candidate.base !== base || candidate.version === undefined || semverTrack(candidate.version) !== track)
      continue;
    if (newest === undefined || isNewer(candidate.version, newest.version))
      newest = { key, version: candidate.version };
  }
  if (newest !== undefined) return given[newest.key];
  return Object.hasOwn(given, base) ? given[base] : undefined;
}

/**
 * Versions of one track are compatible: those with the same major version, before 1.0.0 the same minor one, before 0.1.0
 * only equal ones. Pre-releases are compatible with nothing else.
 */
function semverTrack(version: string): string {
  const release = /^(\d+)\.(\d+)\.(\d+)(?:\+.*)?$/.exec(version);
  if (release === null) return version;
  const [, major, minor, patch] = release;
  if (major !== "0") return `${major}`;
  return minor === "0" ? `0.0.${patch}` : `0.${minor}`;
}

function isNewer(version: string, than: string): boolean {
  const parts = (text: string): number[] => text.split(/[.+-]/, 3).map(Number);
  const left = parts(version);
  const right = parts(than);
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function split(name: string): { readonly base: string; readonly version: string | undefined } {
  const at = name.indexOf("@");
  return at < 0 ? { base: name, version: undefined } : { base: name.slice(0, at), version: name.slice(at + 1) };
}
