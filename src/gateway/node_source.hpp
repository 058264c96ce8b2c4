#pragma once
// Patients' records at the nodes that keep them, over the records API; and the public chain through
// what the node knows of it.

#include <mutex>

#include "gateway/record_source.hpp"
#include "records/facts.hpp"

namespace salus::gateway {

// Of one patient. The first node that answers is asked for lists and written to; fragments come
// from all of them. Thread-safe as the clients are.
class NodeSource final : public RecordSource {
public:
    using Client = std::shared_ptr<records_client::RecordsClient>;
    // Signed in as the hospital. `key`: its Umbral key, which outlives the source.
    NodeSource(std::vector<Client> nodes, const crypto::umbral::SecretKey& key)
        : nodes_(std::move(nodes)), key_(key) {}

    Result<ledger::Block> genesis(const ledger::PrivateChainId& chain) override;
    Result<ledger::ChainHeads> heads(const ledger::PrivateChainId& chain) override;
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
    // Of the first node that answers; the others are asked only where one is not there.
    template <typename T, typename Ask>
    Result<T> first(const Ask& ask);

    std::vector<Client> nodes_;
    const crypto::umbral::SecretKey& key_;
};

// One client for each node, signed in with the hospital's account. Thread-safe.
class NodePool {
public:
    struct Parts { // all outlive it
        const crypto::SecretKey32& account;
        const crypto::umbral::SecretKey& umbral;
        const Clock& clock;
        std::string ca_file;
    };
    explicit NodePool(Parts parts) : parts_(std::move(parts)) {}

    Result<std::shared_ptr<RecordSource>> source_of(const std::vector<std::string>& nodes);
    Result<NodeSource::Client> client(const std::string& url);

private:
    Parts parts_;
    std::mutex mutex_;
    std::map<std::string, NodeSource::Client> clients_;
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
