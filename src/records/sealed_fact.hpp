#pragma once
// The facts that a patient's chain tells the patient alone: canonical JSON in a SealedBox, in an
// entry of a block (docs/records.md, "Facts"). Shared by nodes, gateways and devices. Pure but for
// the randomness given.
//
// A box's place: (chain, record), where record = the first 16 bytes of
//     genesis, kind keys           zeros, and the chain zero as well
//     key_rotated                  the entry's digest
//     every other kind             SHA-256(block nonce ‖ index of the entry u32)

#include "codec/json.hpp"
#include "consent/policy.hpp"
#include "ledger/block.hpp"
#include "vault/sealed_box.hpp"

namespace salus::records {

inline constexpr ErrorKind kBadFact{"records.bad_fact", "docs/records.md: facts"};

vault::BoxPlace fact_place(const ledger::Block& block, std::uint32_t index);
// While the block is being made.
vault::BoxPlace fact_place(const ledger::PrivateChainId& chain, const ledger::Nonce& nonce,
                           std::uint32_t index);
vault::BoxPlace statement_place(const ledger::PrivateChainId& chain, const Hash32& digest);

// An entry with this fact, sealed to `key`. kBadFact where it is too large for an entry, or no
// I-JSON.
Result<ledger::Entry> seal_fact(ledger::EntryKind kind, const Hash32& digest,
                                const codec::json::object& fact, const vault::FolderKey& key,
                                const vault::BoxPlace& place, Random& random);
// The entry's fact: box.* where the key is another; kBadFact.
Result<codec::json::object> open_fact(const ledger::Block& block, std::uint32_t index,
                                      const crypto::umbral::SecretKey& key);

// The genesis of a patient's chain: one entry, the statement's digest and its JSON sealed to the
// inbox key. `time`: milliseconds.
Result<ledger::Block> make_genesis(const Hash32& digest, const codec::json::object& statement,
                                   const vault::FolderKey& inbox, std::uint64_t time,
                                   const crypto::SecretKey32& key, const ledger::Domain& domain,
                                   Random& random);

// What a node writes of a read, one for each document that permitted it.
enum class ReadAction : std::uint8_t { list, read, reencrypt, count, chunk };
std::string_view action_name(ReadAction action);

// {"type":"read","reader","client"?,"clinician"?,"document"?,"version"?,"reason","purpose",
//  "action","keys"?,"records"?,"count","time","node"}; ids as UUIDs, accounts, hashes and keys as
// 0x hex, time in Unix seconds.
struct ReadFact {
    Address reader;
    std::string client, clinician;
    Hash32 document; // of grant or emergency document; zero: none (the owner, a guardian)
    std::uint8_t version = 0;
    std::string reason; // of the decision: "granted"
    std::string purpose;
    ReadAction action = ReadAction::read;
    std::vector<consent::FolderKey> keys;   // that were asked for, where keys were
    std::vector<consent::RecordId> records; // that were told, where single ones were
    std::uint64_t count = 0;                // of records that were told
    std::uint64_t time = 0;
    Address node;
    friend bool operator==(const ReadFact&, const ReadFact&) = default;
};
codec::json::object to_json(const ReadFact& fact);
Result<ReadFact> read_read_fact(const codec::json::object& fact); // kBadFact

} // namespace salus::records
