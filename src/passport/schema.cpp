#include "passport/schema.hpp"

namespace salus::passport {

namespace {

// certificate.state: 0 pending, 1 issued, 2 revoked. `identity` is freed by a revocation, so that
// the corrected record can be issued. `sealed` holds the certificate's text, its kind and its salt.
// Everything that refers to a chain says which: one data directory may meet several.
constexpr store::Migration kMigrations[] = {
    {1, R"sql(
CREATE TABLE network (
    id          INTEGER PRIMARY KEY,
    chain_id    INTEGER NOT NULL,
    genesis     BLOB NOT NULL,
    contract    BLOB NOT NULL,
    UNIQUE (chain_id, genesis, contract)
) STRICT;

CREATE TABLE certificate (
    id          INTEGER PRIMARY KEY,
    network     INTEGER NOT NULL REFERENCES network(id),
    commitment  BLOB NOT NULL,
    identity    BLOB,
    content     BLOB NOT NULL,
    batch       BLOB NOT NULL,
    state       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    transaction_hash BLOB,
    block_number INTEGER,
    sealed      BLOB NOT NULL,
    UNIQUE (commitment, network),
    UNIQUE (identity, network)
) STRICT;
CREATE INDEX certificate_pending ON certificate(batch, id) WHERE state = 0;

CREATE TABLE sender_journal (
    sequence    INTEGER PRIMARY KEY AUTOINCREMENT,
    chain_id    INTEGER NOT NULL,
    account     BLOB NOT NULL,
    nonce       INTEGER NOT NULL,
    hash        BLOB NOT NULL,
    raw         BLOB NOT NULL,
    purpose_key TEXT NOT NULL,
    state       INTEGER NOT NULL,
    recipient   BLOB,
    data        BLOB NOT NULL,
    value       TEXT NOT NULL,
    gas         INTEGER NOT NULL,
    max_fee     TEXT NOT NULL,
    priority_fee TEXT NOT NULL
) STRICT;
CREATE INDEX sender_journal_pending ON sender_journal(chain_id, account, sequence) WHERE state = 0;
CREATE INDEX sender_journal_purpose ON sender_journal(purpose_key);

CREATE TABLE deployment (
    chain_id    INTEGER NOT NULL,
    genesis     BLOB NOT NULL,
    name        TEXT NOT NULL,
    address     BLOB NOT NULL,
    PRIMARY KEY (chain_id, genesis, name)
) STRICT;

CREATE TABLE patient (
    identity    BLOB PRIMARY KEY,
    sealed      BLOB NOT NULL
) STRICT;
)sql"},
    // Another chain of the same id is known by its genesis block.
    {2, "ALTER TABLE sender_journal ADD COLUMN genesis BLOB;"},
    // SMART Health Cards: what is revoked, and from when back. Its highest id is the lists'
    // counter.
    {3, R"sql(
CREATE TABLE shc_revocation (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    rid         TEXT NOT NULL UNIQUE,
    before      INTEGER NOT NULL
) STRICT;
)sql"},
    // Bulk issue asks of every record whether its certificate was revoked.
    {4, "CREATE INDEX certificate_revoked ON certificate(content) WHERE state = 2;"},
    // Corrections under way: see Corrector. `interim` is the identity of the new certificate
    // until it takes `identity` over.
    {5, R"sql(
CREATE TABLE correction (
    old         BLOB NOT NULL,
    network     INTEGER NOT NULL REFERENCES network(id),
    interim     BLOB NOT NULL,
    identity    BLOB NOT NULL,
    replacement BLOB,
    done        INTEGER NOT NULL,
    PRIMARY KEY (old, network)
) STRICT;
)sql"},
};

} // namespace

std::span<const store::Migration> migrations() {
    return kMigrations;
}

} // namespace salus::passport
