/** Sealed: the secret by which files of this bench are opened, where no network comes. Empty for benches enrolled before, until they push once. */
export const SQL = `
ALTER TABLE bench ADD COLUMN exchange text;
`
