#pragma once
// Resources of one patient as one sealed block of the chain: each resource a record, sealed to the
// key of its folder, one record_added entry each, and a Provenance that names them all. Pure but
// for the randomness.

#include "gateway/intake.hpp"
#include "gateway/record_source.hpp"

namespace salus::gateway {

inline constexpr ErrorKind kTooLarge{"gateway.resource_too_large",
                                     "docs/records-api.md: what a block holds"};

// What is true of the patient's keys at the moment of writing.
struct KeyState {
    patient::ClosedKeys closed;
    std::set<Hash32> in_force;     // grants (hashes) that the chain has as granted
    bool statement_stands = false; // it is there, and the chain's digest is still its own
    std::uint64_t now = 0;         // Unix seconds
    std::string purpose;
};

// What a resource is sealed to.
struct KeyChoice {
    std::string folder;
    consent::FolderKey key;
    bool inbox = false; // the folder is not granted for writing, or there are no keys to trust
};
KeyChoice choose_key(const EnrolledPatient& patient, const codec::json::object& resource,
                     const KeyState& state);

struct BlockLimits {
    std::size_t entries = ledger::kMaxEntries;
    std::size_t bytes = 16 * 1024 * 1024; // of sealed boxes
};

struct Planned { // a resource on its way into a block
    const Incoming* incoming = nullptr;
    vault::RecordId record;
    std::string text; // print_exact
};
// As many from the front as one block holds beside its Provenance; at least one. kTooLarge.
Result<std::size_t> fit(std::span<const Planned> planned, const BlockLimits& limits);

struct Author {
    const crypto::SecretKey32& key; // of the hospital's account
    Address account;
    ledger::Domain domain;
};
struct MadeBlock {
    ledger::Block block;
    std::vector<vault::NewRecord> records; // the last: the Provenance
    std::vector<KeyChoice> keys;           // of `planned`, in their order
    std::string provenance;                // its id
};
Result<MadeBlock> make_block(const EnrolledPatient& patient, std::span<const Planned> planned,
                             const ledger::ChainHeads& heads, const KeyState& state,
                             const Asker& asker, const Author& author, std::uint64_t now_ms,
                             const GatewayKeys& keys, Random& random);

} // namespace salus::gateway
