#pragma once
// The ways in which a sealer can fail its followers, and how one is kept.

#include "follow/proof.hpp"

namespace salus::follow {

// Beside kBadSeal and kOtherSealer: after one of these a follower takes no more blocks.
inline constexpr ErrorKind kOtherChain{"follow.other_chain",
                                       "sealer and follower have one chain id and one genesis"};
inline constexpr ErrorKind kMalformedBlock{"follow.malformed_block",
                                           "RLP of a block (Yellow Paper 4.4)"};
inline constexpr ErrorKind kNoSeal{"follow.no_seal", "the sealer signs every block"};
inline constexpr ErrorKind kWrongNumber{"follow.wrong_number", "blocks follow without a gap"};
inline constexpr ErrorKind kWrongParent{"follow.wrong_parent",
                                        "a block stands on the one sealed before it"};
inline constexpr ErrorKind kRefusedBlock{"follow.refused_block",
                                         "Ethereum's rules: roots, receipts, gas, all of a block"};
inline constexpr ErrorKind kEquivocation{"follow.equivocation", "one seal for each height"};

// Of a record that names a fault this version does not know.
inline constexpr ErrorKind kEarlierFault{"follow.earlier_fault", "recorded before"};

bool is_fault(const Error& error);

struct Fault {
    Error error;
    std::uint64_t number = 0;         // of the block that was looked at
    std::optional<SealedBlock> block; // it, where there is one: evidence where its seal holds
    std::int64_t found = 0;           // Unix seconds
};
codec::Json to_json(const Fault& fault);
Result<Fault> read_fault(const codec::Json& json); // kMalformedProof

} // namespace salus::follow
