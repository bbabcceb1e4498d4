/** Benches and what they reported; devices and tokens; the catalogue; timelines. Runs on PostgreSQL 15 and later. Instants are epoch milliseconds. */
export const SQL = `
CREATE TABLE bench (
  id              text PRIMARY KEY,
  name            text NOT NULL,
  key_hash        text NOT NULL UNIQUE,
  enrolled_at     bigint NOT NULL,
  last_push_at    bigint,
  acknowledged    bigint NOT NULL DEFAULT 0
);

-- One-time codes, as hashes. After redeeming the row stays: the same claim may redeem it once more when the answer got lost.
CREATE TABLE enrolment (
  code_hash       text PRIMARY KEY,
  bench           text NOT NULL,
  created_at      bigint NOT NULL,
  expires_at      bigint NOT NULL,
  redeemed_at     bigint,
  claim_hash      text,
  bench_id        text
);

-- Everything benches ever reported, by (bench, number): what makes a push idempotent. A token's HA1 is not in the body.
CREATE TABLE receipt (
  bench_id        text NOT NULL,
  number          bigint NOT NULL,
  kind            text NOT NULL,
  at              bigint NOT NULL,
  received_at     bigint NOT NULL,
  body            jsonb NOT NULL,
  refused         text,
  PRIMARY KEY (bench_id, number)
);

-- record: the device as the core knows it; stamps: who said each field last; the other columns are drawn from it for lists.
CREATE TABLE device (
  mac             text PRIMARY KEY,
  record          jsonb NOT NULL,
  stamps          jsonb NOT NULL,
  state           text NOT NULL,
  order_id        text,
  search          text NOT NULL
);
CREATE INDEX device_state ON device (state, mac);
CREATE INDEX device_order ON device (order_id, mac);

-- A ledger of facts: instants are only ever filled in. secret and ha1 are sealed; secret only while the token is pending.
CREATE TABLE token (
  mac             text NOT NULL,
  hash            text NOT NULL,
  user_name       text NOT NULL,
  secret          text,
  ha1             text,
  issued_at       bigint NOT NULL,
  proven_at       bigint,
  revoked_at      bigint,
  PRIMARY KEY (mac, hash)
);

CREATE TABLE line (
  number          text PRIMARY KEY,
  group_id        text NOT NULL,
  record          jsonb NOT NULL,
  password        text NOT NULL
);
CREATE INDEX line_group ON line (group_id);

CREATE TABLE business_group ( id text PRIMARY KEY, record jsonb NOT NULL );
CREATE TABLE department     ( id text PRIMARY KEY, record jsonb NOT NULL );
CREATE TABLE profile        ( id text PRIMARY KEY, record jsonb NOT NULL );
CREATE TABLE layer          ( id text PRIMARY KEY, record jsonb NOT NULL );

CREATE TABLE note (
  id              text PRIMARY KEY,
  mac             text,
  at              bigint NOT NULL,
  level           text NOT NULL,
  kind            text NOT NULL,
  words           text NOT NULL
);
CREATE INDEX note_mac ON note (mac, id);

CREATE TABLE audit ( id text PRIMARY KEY, record jsonb NOT NULL );

-- What all nodes of one store have to share, sealed.
CREATE TABLE shared_secret ( id text PRIMARY KEY, sealed text NOT NULL );
`
