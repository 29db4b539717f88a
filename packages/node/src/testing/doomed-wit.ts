/** What the process that gets killed serves. */
export const doomedWit = `
  package test:doomed;
  interface doomed {
    ping: func() -> string;
    wait: func() -> string;
    echo: func(v: stream<u8>) -> stream<u8>;
    endless: func() -> stream<u8>;
  }
`;

/** How it answers. */
export const doomed: object = {
  ping: () => "pong",
  wait: () => new Promise(() => {}),
  echo: (v: unknown) => v,
  endless: async function* () {
    for (;;) yield new Uint8Array(16_384);
  },
};
