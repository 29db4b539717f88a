/** `wasi:cli/terminal-input`: says that standard input is a terminal. WASI 0.2 lets a guest do nothing with it. */
export class TerminalInput {}

/** `wasi:cli/terminal-output`: says that an output is a terminal. WASI 0.2 lets a guest do nothing with it. */
export class TerminalOutput {}
