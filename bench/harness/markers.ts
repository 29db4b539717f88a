/** Puts a text between the markers `<!-- bench:start -->` and `<!-- bench:end -->`. @throws RangeError without them */
export function replaceBetweenMarkers(document: string, text: string): string {
  const [start, end] = ["<!-- bench:start -->", "<!-- bench:end -->"];
  const from = document.indexOf(start);
  const to = document.indexOf(end);
  if (from < 0 || to < from) throw new RangeError(`there is no ${start} with ${end} behind it`);
  return `${document.slice(0, from + start.length)}\n\n${text}\n\n${document.slice(to)}`;
}
