/** People who sign in, and their browsers. `password` is a hash, sealed; a session is kept by the hash of what its cookie holds. */
export const SQL = `
CREATE TABLE account ( name text PRIMARY KEY, record jsonb NOT NULL, password text );
CREATE TABLE session ( id text PRIMARY KEY, record jsonb NOT NULL );
`
