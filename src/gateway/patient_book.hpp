#pragma once
// The patients who are enrolled at this gateway: which Patient is which chain, where its record
// lies, and what the patient gave the hospital. Rows are sealed with the hospital's data key and
// found by HMACs. Migration set "gateway". Thread-safe as the database is.

#include "gateway/keys.hpp"
#include "records_client/grant_reader.hpp"
#include "store/sql.hpp"

namespace salus::gateway {

inline constexpr ErrorKind kUnknownPatient{"gateway.unknown_patient",
                                           "docs/records-api.md: enrolment"};
inline constexpr ErrorKind kPatientTaken{"gateway.patient_taken",
                                         "docs/records-api.md: one Patient, one chain"};

struct EnrolledPatient {
    std::string id; // of the Patient
    ledger::PrivateChainId chain;
    Address account;                // of the patient's ledger
    consent::FolderKey inbox;       // of the genesis
    Hash32 founding_digest;         // of the statement in the genesis
    std::vector<std::string> nodes; // base URLs
    std::optional<patient::SignedStatement> statement;
    std::vector<records_client::HeldGrant> grants;
};

// Makes or renews the tables of the gateway.
Status migrate(store::Database& database);

class PatientBook {
public:
    // The database is migrated; all outlive it.
    PatientBook(store::Database& database, const GatewayKeys& keys, Random& random)
        : database_(database), keys_(keys), random_(random) {}

    // New, or in place of what was known. kPatientTaken: id or chain belongs to another.
    Status put(const EnrolledPatient& patient);
    Result<EnrolledPatient> by_id(std::string_view id) const; // kUnknownPatient
    Result<EnrolledPatient> by_chain(const ledger::PrivateChainId& chain) const;
    // By what row_of gives.
    Result<EnrolledPatient> by_row(const Hash32& row) const;
    Result<std::vector<EnrolledPatient>> all(std::size_t most) const;
    Hash32 row_of(const EnrolledPatient& patient) const;

private:
    Result<EnrolledPatient> find(std::string_view column, const Hash32& value) const;
    Result<EnrolledPatient> read(const Hash32& identity, ByteView sealed) const;

    store::Database& database_;
    const GatewayKeys& keys_;
    Random& random_;
};

} // namespace salus::gateway
