#pragma once
// What `salus serve` runs of medical records: ledger, vault, sign-in and anchors, and the parts
// that are served on top of them. The one place where they are wired.

#include "api/caller.hpp"
#include "api/fhir/endpoint.hpp"
#include "api/health.hpp"
#include "app/anchor_watch.hpp"
#include "app/client_watch.hpp"
#include "app/key_ring.hpp"
#include "app/options.hpp"
#include "crypto/umbral.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"
#include "passport/setup.hpp"
#include "vault/vault.hpp"

namespace salus::app {

inline constexpr ErrorKind kNoShredStore{"records.no_shred_store",
                                         "docs/operations.md: the shred store"};

// Of the node itself (docs/records-api.md, "Keys of a node"). They do not change while it runs.
struct RecordKeys {
    crypto::SecretKey32 account;      // author of its blocks, signer of promises and tree heads
    crypto::umbral::SecretKey umbral; // what is sealed to the node or granted to its hospital
    crypto::umbral::PublicKey umbral_public;
    crypto::SecretKey32 fragments; // encrypts Umbral fragments at rest
    static RecordKeys of(const KeyRing& ring);
};

// What the running node lends. All outlive the records.
struct RecordsHost {
    const ServeOptions& options;
    const KeyRing& ring; // read by open() alone
    store::Database& database;
    eth::Chain& chain;
    eth::Sender& sender; // of the hospital's account
    const passport::Contracts& contracts;
    const api::Authoriser& authoriser;
    const Clock& clock;
    Random& random;
    http::Metrics& metrics;
};

// What the parts are made of.
struct RecordsTools {
    store::Database& database;
    store::GroupCommit& commits; // every write of database that a block goes with
    ledger::Ledger& ledger;
    vault::Vault& vault;
    const RecordKeys& keys;
    Address account; // of keys.account
    eth::Chain& chain;
    eth::Sender& sender;
    const passport::Contracts& contracts;
    const api::Callers& callers;
    const Clock& clock;
    Random& random;
    std::string public_url; // "https://salus.example"
};

class RecordsNode {
public:
    // Ends what a crash interrupted. kNoShredStore, vault.*, ledger.*, sql.*
    static Result<std::unique_ptr<RecordsNode>> open(const RecordsHost& host);
    virtual ~RecordsNode() = default;

    virtual void add_routes(http::Router& router) = 0;
    // What the gateway takes of what api/fhir serves, and tells in its CapabilityStatement.
    virtual api::fhir::Others fhir_others() = 0;
    virtual std::vector<api::HealthCheck> health_checks() const = 0;
    virtual const RecordsTools& tools() const = 0;
};

} // namespace salus::app
