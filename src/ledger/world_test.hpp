#pragma once
// Blocks of a patient's chain by a patient and two hospitals.

#include "crypto/hash.hpp"
#include "ledger/block.hpp"

namespace salus::ledger {

inline const Domain kDomain{1337, address("0x00000000000000000000000000000000000000aa")};
inline constexpr std::uint64_t kNow = 1'790'000'000'000; // milliseconds

inline crypto::SecretKey32 key(Byte seed) {
    crypto::SecretKey32 out;
    out.expose().bytes.fill(seed);
    return out;
}

inline Entry entry(EntryKind kind, std::string_view sealed) {
    return {kind, crypto::sha256(view(sealed)), to_bytes(sealed)};
}

// The genesis of the patient with this number.
inline Block genesis(Byte patient = 1) {
    Header header;
    header.time = kNow;
    header.nonce.bytes.fill(patient);
    return seal(header, {entry(EntryKind::keys, "keys")}, key(patient), kDomain).value();
}

inline Block child(const std::vector<Block>& parents, std::string_view text = "one",
                   Byte author = 2) {
    Header header;
    header.chain = chain_of(parents.at(0).header);
    header.time = kNow;
    for (const Block& parent : parents) {
        header.parents.push_back(hash_of(parent.header));
        header.height = std::max(header.height, parent.header.height + 1);
        header.time = std::max(header.time, parent.header.time);
    }
    return seal(header, {entry(EntryKind::record_added, text)}, key(author), kDomain).value();
}

} // namespace salus::ledger
