/** Resources for those who want more of them than they may have. */
export const vaultWit = `
  package test:vault;
  interface vault {
    resource coin;
    mint: func() -> coin;
  }
`;
