#pragma once
// Patients' records at the nodes that keep them: the hospital's own, in the same process, and
// others over the records API. What is asked is the same, and decided and written down alike; only
// the own node knows the clinician's session, so that its entries name him.

#include <mutex>

#include "gateway/record_source.hpp"
#include "records/grant_desk.hpp"

namespace salus::gateway {

// One node, for one asker.
class NodeCalls : public records_client::ReadingNode {
public:
    virtual Result<ledger::Block> genesis(const ledger::PrivateChainId& chain) = 0;
    virtual Result<ledger::ChainHeads> heads(const ledger::PrivateChainId& chain) = 0;
    virtual Result<bool> has_block(const ledger::BlockHash& block) = 0;
    virtual Status append(const ledger::Block& block, std::span<const vault::NewRecord> records,
                          const std::string& purpose) = 0;
};
using NodeFor = std::function<std::unique_ptr<NodeCalls>(const Asker&)>;

// Of one patient. The first node that answers is asked for lists, the first is written to;
// fragments come from all of them.
class NodeSource final : public RecordSource {
public:
    // `key`: the hospital's Umbral key, which outlives the source.
    NodeSource(std::vector<NodeFor> nodes, const crypto::umbral::SecretKey& key)
        : nodes_(std::move(nodes)), key_(key) {}

    Result<ledger::Block> genesis(const ledger::PrivateChainId& chain) override;
    Result<ledger::ChainHeads> heads(const ledger::PrivateChainId& chain) override;
    // None: a node tells by refusing (writer.cpp).
    Result<patient::ClosedKeys> closed(const ledger::PrivateChainId& chain) override;
    Result<bool> has_block(const ledger::PrivateChainId& chain,
                           const ledger::BlockHash& block) override;
    Status append(const Asker& asker, const ledger::Block& block,
                  std::span<const vault::NewRecord> records) override;
    Result<records::ListAnswer> list(const Asker& asker, const ledger::PrivateChainId& chain,
                                     const records::ListRequest& request) override;
    Result<std::vector<FetchedRecord>> open(const Asker& asker,
                                            const records_client::HeldGrant& grant,
                                            std::span<const vault::RecordInfo> records) override;
    Result<std::vector<vault::RecordInfo>>
    confirm(const Asker& asker, const ledger::PrivateChainId& chain,
            std::span<const vault::RecordId> records) override;

private:
    template <typename T, typename Ask>
    Result<T> first(const Asker& asker, const Ask& ask);

    std::vector<NodeFor> nodes_;
    const crypto::umbral::SecretKey& key_;
};

// The nodes by their base URLs. Thread-safe.
class NodePool {
public:
    struct OwnNode { // in this process; all outlive the pool
        std::string url;
        records::RecordNode& node;
        records::GrantDesk& desk;
        const ledger::Ledger& ledger;
    };
    struct Parts { // all outlive it
        const crypto::SecretKey32& account_key;
        Address account;
        const crypto::umbral::SecretKey& umbral;
        const Clock& clock;
        std::string ca_file;
        std::optional<OwnNode> own;
    };
    explicit NodePool(Parts parts) : parts_(std::move(parts)) {}

    Result<std::shared_ptr<RecordSource>> source_of(const std::vector<std::string>& nodes);

private:
    Result<NodeFor> node(const std::string& url);

    Parts parts_;
    std::mutex mutex_;
    std::map<std::string, std::shared_ptr<records_client::RecordsClient>> clients_;
};

class FactsView final : public ChainView {
public:
    explicit FactsView(const records::ChainFacts& facts) : facts_(facts) {} // outlives it

    Result<std::optional<Hash32>> announced(const Address& account) override;
    Result<GrantStatus> grant_status(const Address& grantor, const Hash32& grant) override;

private:
    const records::ChainFacts& facts_;
};

} // namespace salus::gateway
