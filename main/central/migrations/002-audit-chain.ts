/** The end of the audit log's chain; `seal` is sealed. One row, which every writer of an entry waits for. */
export const SQL = `
CREATE TABLE audit_head ( id text PRIMARY KEY, number bigint NOT NULL, hash text NOT NULL, seal text NOT NULL );
`
