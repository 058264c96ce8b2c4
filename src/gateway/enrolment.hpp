#pragma once
// What the gateway checks before it believes a node or a letter about a patient: the genesis of the
// chain, the statement of keys, the grant. Pure. Nothing is encrypted to a key that did not pass
// here (design, section 7: the operator substitutes a patient's published folder or inbox key).

#include "gateway/patient_book.hpp"
#include "gateway/record_source.hpp"

namespace salus::gateway {

inline constexpr ErrorKind kChainSubstituted{
    "gateway.chain_substituted", "docs/records.md: the hash of the genesis' header is the chain"};
inline constexpr ErrorKind kBadFounding{"gateway.bad_genesis",
                                        "docs/records.md: one keys entry, sealed to the inbox key"};
inline constexpr ErrorKind kInboxSubstituted{
    "gateway.inbox_substituted", "docs/patient.md: the inbox key of the genesis is the patient's"};
inline constexpr ErrorKind kGrantOtherPatient{"gateway.grant_other_patient",
                                              "the grant is for the chain that is enrolled"};
inline constexpr ErrorKind kGrantNotForUs{"gateway.grant_not_for_us",
                                          "the grant names this hospital's account and key"};
inline constexpr ErrorKind kBadEnrolment{"gateway.bad_enrolment", "docs/records-api.md: enrolment"};

// What the genesis alone tells, which the chain's id certifies.
struct Founding {
    Address account;
    consent::FolderKey inbox;
    Hash32 digest; // of the first statement
};
// kChainSubstituted, kBadFounding, ledger.*.
Result<Founding> check_genesis(const ledger::Block& genesis, const ledger::PrivateChainId& chain,
                               const ledger::Domain& domain);

// `announced`: the digest on the public chain at its head; none: never, then the genesis has it.
// patient.*, kInboxSubstituted.
Status check_statement(const patient::SignedStatement& statement, const EnrolledPatient& patient,
                       const std::optional<Hash32>& announced, const ledger::Domain& domain);

struct Hospital {
    Address account;
    consent::FolderKey key; // Umbral
};
// Into the patient's grants, in place of an older letter of the same grant.
// kGrantOtherPatient, kGrantNotForUs, and what check_statement refuses.
Status take_letter(EnrolledPatient& patient, const records_client::GrantLetter& letter,
                   const Hospital& hospital, const std::optional<Hash32>& announced,
                   const ledger::Domain& domain);

// A Parameters resource of $salus-enrol: "chain" (valueString), "node" (valueUrl, one or more),
// "id" (valueId: of the Patient; absent: derived), "letter" (valueString: the letter's JSON).
struct EnrolRequest {
    ledger::PrivateChainId chain;
    std::vector<std::string> nodes;
    std::string id;
    std::optional<records_client::GrantLetter> letter;
};
Result<EnrolRequest>
read_enrolment(const codec::json::object& parameters); // kBadEnrolment, letter.*

} // namespace salus::gateway
