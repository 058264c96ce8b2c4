#pragma once
// Anchors of a log on the public chain, as the contract LedgerAnchor tells of them. Nothing is
// written here (ledger/anchorer.hpp). Thread-safe as the chain is.

#include "eth/chain.hpp"
#include "ledger/tree_head.hpp"

namespace salus::ledger {

inline constexpr ErrorKind kNoAnchor{"ledger.no_anchor",
                                     "LedgerAnchor: the log has such an anchor"};
inline constexpr ErrorKind kOtherAnchor{"ledger.other_anchor",
                                        "the anchor that the public chain has"};
inline constexpr ErrorKind kOtherChain{"ledger.other_chain",
                                       "chain id and contract of the ledger's domain"};

struct Anchor {
    std::uint64_t index = 0; // of the log's anchors, from 0
    std::uint64_t size = 0;  // leaves; 0: there is none
    Hash32 root;
    std::uint64_t time = 0;  // of the block, Unix seconds
    std::uint64_t block = 0; // its number
    friend bool operator==(const Anchor&, const Anchor&) = default;
};

// Where on the chain an anchor was made.
struct AnchorPlace {
    Hash32 block_hash, transaction;
    friend bool operator==(const AnchorPlace&, const AnchorPlace&) = default;
};

// Somebody who keeps a copy of the log has signed an anchor.
struct CoSignature {
    Address witness;
    std::uint64_t size = 0;
    Hash32 root;
    envelope::WalletSignature signature;
};

// EIP-712 CoSign(address log,uint64 size,bytes32 root), in the ledger's domain.
Hash32 co_sign_digest(const Address& log, std::uint64_t size, const Hash32& root,
                      const Domain& domain);
Result<CoSignature> co_sign(const Address& log, const Anchor& anchor,
                            const crypto::SecretKey32& key, const Domain& domain);
Status check_co_signature(const CoSignature& given, const Address& log, const Domain& domain);

class AnchorContract {
public:
    AnchorContract(eth::Chain& chain, const Address& contract, const Address& log)
        : chain_(chain), contract_(contract), log_(log) {}

    // kOtherChain where the chain is another one, or has no such contract.
    Status check_domain(const Domain& domain);
    Result<std::uint64_t> count(const eth::BlockRef& at = {});
    Result<Anchor> head(const eth::BlockRef& at = {}); // size 0: none
    Result<Anchor> at(std::uint64_t index);            // kNoAnchor
    Result<std::vector<Anchor>> all(std::uint64_t first = 0);
    // Of an anchor that the chain has: kNoAnchor where its event is not found.
    Result<AnchorPlace> place_of(const Anchor& anchor);
    Result<std::vector<AnchorPlace>>
    places_of(const std::vector<Anchor>& anchors); // by rising size
    // What these witnesses have signed, their signatures checked here.
    Result<std::vector<CoSignature>> co_signatures(const std::vector<Address>& witnesses,
                                                   const Domain& domain);

private:
    Result<Bytes> ask(Bytes data, const eth::BlockRef& at = {});
    eth::Chain& chain_;
    Address contract_, log_;
};

} // namespace salus::ledger
