#pragma once
// A proof bundle: one file from which anybody can see, with nothing else, that an entry was
// written by its author, that its block lies in a node's log, and which anchor on the public chain
// covers it (docs/records.md, "Proof bundles"). It tells the block's header and the entry as it is
// stored, which is sealed; it opens nothing.
//
// Checked without a chain, everything holds but that the anchor is on the chain: check_on_chain.

#include "ledger/anchor.hpp"
#include "ledger/ledger.hpp"

namespace salus::ledger {

inline constexpr ErrorKind kBadProof{"ledger.proof_malformed", "docs/records.md: proof bundles"};
inline constexpr ErrorKind kProofFails{"ledger.proof_fails", "docs/records.md: proof bundles"};
inline constexpr ErrorKind kNotCovered{"ledger.not_covered",
                                       "the anchor has to be of a log with this block"};

struct ProvedAnchor {
    Anchor anchor;
    AnchorPlace place;
    // Between the tree head's size and the anchor's, the smaller one first; empty where equal.
    merkle::Proof consistency;
};

struct ProofBundle {
    Domain domain;
    Address log;
    Header header;
    envelope::WalletSignature signature; // the author's
    std::uint32_t entry_index = 0;
    Bytes entry;
    merkle::Proof entry_proof; // to the header's root
    std::uint64_t index = 0;   // of the block in the log
    merkle::Proof log_proof;   // to the tree head's root
    SignedTreeHead tree_head;
    std::optional<ProvedAnchor> anchor;
};

// Of one entry of a block that the ledger has, to this tree head and, where given, this anchor:
// kUnknownBlock, kNotCovered, kBadProof for an entry that there is not.
Result<ProofBundle> make_proof(const Ledger& ledger, const Address& log, const BlockHash& block,
                               std::uint32_t entry, const SignedTreeHead& head,
                               const std::optional<std::pair<Anchor, AnchorPlace>>& anchor);

// One step of a check, as told to people.
struct ProofStep {
    std::string what; // "The author signed the block"
    Status holds;
};

// Every step, in order, with nothing but the bundle. It holds where all do.
std::vector<ProofStep> check_proof(const ProofBundle& bundle);
// That the chain is the bundle's, has its anchor, and so many blocks on it (1: none after it).
std::vector<ProofStep> check_on_chain(const ProofBundle& bundle, eth::Chain& chain,
                                      std::uint64_t depth);
bool all_hold(const std::vector<ProofStep>& steps);

codec::Json to_json(const ProofBundle& bundle);
Result<ProofBundle> read_proof(const codec::Json& json); // kBadProof

} // namespace salus::ledger
