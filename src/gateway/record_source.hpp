#pragma once
// What the gateway needs of the nodes that keep one patient's record, so that it can be built and
// tested without them. On the records API: gateway/node_source.hpp. Each call that shows anything
// of a record is decided and written into the patient's chain by the node that answers it.

#include <set>

#include "ledger/ledger.hpp"
#include "patient/statement.hpp"
#include "records/wire.hpp"

namespace salus::gateway {

// Who asks at the gateway: a system of the hospital, and the clinician at its keyboard.
struct Asker {
    std::string client, clinician;
    std::string purpose = "TREAT"; // HL7 v3 PurposeOfUse
    friend bool operator==(const Asker&, const Asker&) = default;
};

// A record as a node gave it, with what the proxies made of its capsule.
struct FetchedRecord {
    vault::RecordInfo info;
    std::optional<vault::SealedBox> box;                    // none: it was erased
    std::vector<crypto::umbral::CapsuleFragment> fragments; // not verified
};

class RecordSource {
public:
    virtual ~RecordSource() = default;

    virtual Result<ledger::Block> genesis(const ledger::PrivateChainId& chain) = 0;
    virtual Result<ledger::ChainHeads> heads(const ledger::PrivateChainId& chain) = 0;
    // The folder keys of closed epochs, as far as the nodes tell: nothing is sealed to them.
    virtual Result<patient::ClosedKeys> closed(const ledger::PrivateChainId& chain) = 0;
    // Whether the nodes have the block.
    virtual Result<bool> has_block(const ledger::PrivateChainId& chain,
                                   const ledger::BlockHash& block) = 0;

    // All of it or nothing; durable when it returns.
    virtual Status append(const Asker& asker, const ledger::Block& block,
                          std::span<const vault::NewRecord> records) = 0;
    // Checked and audited, at each call anew; the asker's purpose is the request's.
    virtual Result<records::ListAnswer> list(const Asker& asker,
                                             const ledger::PrivateChainId& chain,
                                             const records::ListRequest& request) = 0;
    // In the order of `records`, which are at most records::kMaxRead, with fragments of at least
    // `threshold` nodes where that many answer.
    virtual Result<std::vector<FetchedRecord>> read(const Asker& asker,
                                                    const ledger::PrivateChainId& chain,
                                                    std::span<const vault::RecordId> records,
                                                    std::size_t threshold) = 0;
};

// The source for a patient whose record lies at these nodes (base URLs).
using SourceOf = std::function<Result<std::shared_ptr<RecordSource>>(
    const std::vector<std::string>& nodes, std::size_t threshold)>;

// What the public chain says at its head.
class ChainView {
public:
    virtual ~ChainView() = default;

    // The digest that this account announced for the keys of its patient (Consent.keysOf); none:
    // never.
    virtual Result<std::optional<Hash32>> announced(const Address& account) = 0;
    struct GrantStatus {
        consent::OnChain status = consent::OnChain::none;
        std::uint64_t from = 0, until = 0, granted_at = 0;
    };
    virtual Result<GrantStatus> grant_status(const Address& grantor, const Hash32& grant) = 0;
};

} // namespace salus::gateway
