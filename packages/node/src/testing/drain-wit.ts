/** What servers that are replaced answer. */
export const drainWit = "package test:drain; interface work { run: func(id: u32) -> u32; }";
