#pragma once
// What was revoked on chain, for verifiers without a network: a signed head and a binary fuse
// filter of all revoked commitments (codec/fuse_filter.hpp), in some 18.5 bits each. What is
// revoked is always found; of what is not, one in 65,536 is taken for revoked, so a verifier says
// "probably revoked: ask online" and never "revoked".
//
// File: one line of JSON {"revocations": {…}, "signature": "0x…"}, '\n', the filter's bytes. The
// signature is EIP-712 (domain "Salus Revocation List", version 1, chain id, verifying contract =
// Accreditation; RevocationList(bytes32 digest,uint64 blockNumber,uint64 exportedAt)). The head has
// the size and SHA-256 of each piece of the filter, so that a reader who has an older file fetches
// the pieces that differ. Keys: the first 8 bytes, big-endian, of SHA-256("salus/revoked/1" ‖ chain
// id (8) ‖ VaccinePassport (20) ‖ issuer (20) ‖ commitment (32)); a batch that was revoked as a
// whole: "salus/revoked-batch/1" and its root instead.

#include <span>

#include "codec/fuse_filter.hpp"
#include "passport/trust_list.hpp"
#include "passport/trust_refresh.hpp"

namespace salus::passport {

inline constexpr ErrorKind kBadRevocations{"revocations.malformed",
                                           "Salus revocation list, version 1"};
inline constexpr ErrorKind kRevocationsSignature{"revocations.signature_wrong",
                                                 "EIP-712 by the pinned list key"};
inline constexpr ErrorKind kRevocationsPin{"revocations.wrong_pin",
                                           "the chain and contract that were pinned"};
inline constexpr ErrorKind kRevocationsPiece{"revocations.piece_damaged",
                                             "SHA-256 of each piece, in the signed head"};

inline constexpr std::size_t kMaxRevocationFile = std::size_t{1}
                                                  << 30; // bytes: 460 million entries
inline constexpr std::size_t kMaxRevocationHead = 8 * 1024 * 1024;
inline constexpr std::string_view kFalsePositives = "1/65536";

struct RevokedKey { // of a hospital: what it signed after `revoked_from` does not count
    Address issuer;
    Kid kid;
    std::uint64_t revoked_at = 0, revoked_from = 0;
    friend bool operator==(const RevokedKey&, const RevokedKey&) = default;
};

struct RevocationHead {
    std::uint64_t chain_id = 0;
    Address accreditation, vaccine_passport;
    TrustPoint point;
    std::uint64_t block_timestamp = 0;
    std::uint64_t count = 0;      // of entries: commitments and batches
    std::vector<RevokedKey> keys; // as in the trust list
};

// The 64 bits under which something is in the filter.
class RevocationKeys {
public:
    RevocationKeys(std::uint64_t chain_id, const Address& vaccine_passport);
    std::uint64_t of_commitment(const Address& issuer, const Hash32& commitment) const;
    std::uint64_t of_batch(const Address& issuer, const Hash32& root) const;

private:
    Bytes commitment_prefix_, batch_prefix_;
};

// The signed file. `entries`: of RevocationKeys, in any order, with repetitions; `head.count` is
// set here. Large sets are built on `executor`.
Result<std::string> export_revocations(RevocationHead head, std::vector<std::uint64_t> entries,
                                       Executor& executor, const eth::Signer& list_key);

// Immutable; thread-safe.
class RevocationSet {
public:
    bool probably_revoked(const Address& issuer, const Hash32& commitment) const {
        return filter_.may_contain(keys_.of_commitment(issuer, commitment));
    }
    bool probably_revoked_batch(const Address& issuer, const Hash32& root) const {
        return filter_.may_contain(keys_.of_batch(issuer, root));
    }
    const RevokedKey* revoked_key(const Address& issuer, const Kid& kid) const; // or nullptr

    const RevocationHead& head() const { return head_; }
    const Address& signer() const { return signer_; }
    std::size_t memory() const { return filter_.memory(); } // bytes

private:
    friend Result<RevocationSet> open_revocations(std::string_view file, const TrustPins& pins);
    RevocationSet(RevocationHead head, const Address& signer, codec::FuseFilter filter);

    RevocationHead head_;
    Address signer_;
    RevocationKeys keys_;
    codec::FuseFilter filter_;
};

// kBadRevocations, kRevocationsSignature, kRevocationsPin, kRevocationsPiece. What it allocates is
// bounded by the size of the file.
Result<RevocationSet> open_revocations(std::string_view file, const TrustPins& pins);

// The pieces of the file that begins with `head_line` which the older file `mine` lacks, by their
// place in the new one. The signature over the head is verified when the whole is opened.
struct RevocationPiece {
    std::size_t offset = 0, size = 0; // bytes, in the new file
    std::optional<std::size_t> mine;  // where the older file has the same bytes
};
Result<std::vector<RevocationPiece>> revocation_pieces(std::string_view head_line,
                                                       std::string_view mine);

// Whether `next` may take the place of what the mark remembers, and the mark after that:
// kTrustOtherChain, kTrustOtherKey, kTrustRollback, kTrustForked, kRevocationsFewer.
Result<TrustMark> accept_revocations(const TrustMark& mark, const RevocationSet& next);

} // namespace salus::passport
