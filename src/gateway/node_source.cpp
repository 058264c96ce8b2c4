#include "gateway/node_source.hpp"

namespace salus::gateway {

using records_client::RecordsClient;

namespace {

class RemoteNode final : public NodeCalls {
public:
    explicit RemoteNode(std::shared_ptr<RecordsClient> client) : client_(std::move(client)) {}

    Result<ledger::Block> genesis(const ledger::PrivateChainId& chain) override {
        SALUS_TRY_ASSIGN(auto page, client_->blocks(chain, {}, 1));
        if (page.blocks.empty()) return Error(records_client::kBadAnswer, "a chain without blocks");
        return std::move(page.blocks[0]);
    }
    Result<ledger::ChainHeads> heads(const ledger::PrivateChainId& chain) override {
        SALUS_TRY_ASSIGN(records::ChainInfo info, client_->chain(chain));
        return std::move(info.heads);
    }
    Result<bool> has_block(const ledger::BlockHash& block) override {
        const auto found = client_->log_inclusion(block);
        if (found.ok()) return true;
        if (records_client::status_of(found.error()) == 404) return false;
        return found.error(); // that a node does not answer is not that it has it not
    }
    Status append(const ledger::Block& block, std::span<const vault::NewRecord> records,
                  const std::string& purpose) override {
        SALUS_TRY(client_->append(block.header.chain, block, records, purpose));
        return ok_status();
    }
    Result<records::ListAnswer> list(const Hash32& chain,
                                     const records::ListRequest& request) override {
        return client_->list(chain, request);
    }
    Result<records::ReadAnswer> read(const Hash32& chain,
                                     const records::ReadRequest& request) override {
        return client_->read(chain, request);
    }
    Result<records::ReencryptAnswer> reencrypt(const Hash32& chain,
                                               const records::ReencryptRequest& request) override {
        return client_->reencrypt(chain, request);
    }

private:
    std::shared_ptr<RecordsClient> client_;
};

class LocalNode final : public NodeCalls {
public:
    LocalNode(const NodePool::OwnNode& own, records::Caller caller)
        : own_(own), caller_(std::move(caller)) {}

    Result<ledger::Block> genesis(const ledger::PrivateChainId& chain) override {
        SALUS_TRY_ASSIGN(auto page, own_.node.blocks(caller_, chain, {}, 1));
        if (page.blocks.empty()) return Error(records_client::kBadAnswer, "a chain without blocks");
        return std::move(page.blocks[0]);
    }
    Result<ledger::ChainHeads> heads(const ledger::PrivateChainId& chain) override {
        SALUS_TRY_ASSIGN(records::ChainInfo info, own_.node.chain(caller_, chain));
        return std::move(info.heads);
    }
    Result<bool> has_block(const ledger::BlockHash& block) override {
        const auto found = own_.ledger.index_of(block);
        if (found.ok()) return true;
        if (found.error().kind() == ledger::kUnknownBlock) return false;
        return found.error();
    }
    Status append(const ledger::Block& block, std::span<const vault::NewRecord> records,
                  const std::string& purpose) override {
        SALUS_TRY(own_.node.append(caller_, block.header.chain,
                                   {block, {records.begin(), records.end()}, purpose}));
        return ok_status();
    }
    Result<records::ListAnswer> list(const Hash32& chain,
                                     const records::ListRequest& request) override {
        return own_.node.list(caller_, chain, request);
    }
    Result<records::ReadAnswer> read(const Hash32& chain,
                                     const records::ReadRequest& request) override {
        return own_.node.read(caller_, chain, request);
    }
    Result<records::ReencryptAnswer> reencrypt(const Hash32& chain,
                                               const records::ReencryptRequest& request) override {
        return own_.desk.reencrypt(caller_, chain, request);
    }

private:
    const NodePool::OwnNode& own_;
    records::Caller caller_;
};

} // namespace

// The others are asked only where one is not there.
template <typename T, typename Ask>
Result<T> NodeSource::first(const Asker& asker, const Ask& ask) {
    std::optional<Error> last;
    for (const NodeFor& node : nodes_) {
        Result<T> answer = ask(*node(asker));
        if (answer.ok() || !records_client::is_passing(answer.error())) return answer;
        last = std::move(answer).error();
    }
    return last.value_or(Error(records_client::kUnreachable, "the patient has no node"));
}

Result<ledger::Block> NodeSource::genesis(const ledger::PrivateChainId& chain) {
    return first<ledger::Block>({}, [&](NodeCalls& node) { return node.genesis(chain); });
}

Result<ledger::ChainHeads> NodeSource::heads(const ledger::PrivateChainId& chain) {
    return first<ledger::ChainHeads>({}, [&](NodeCalls& node) { return node.heads(chain); });
}

Result<patient::ClosedKeys> NodeSource::closed(const ledger::PrivateChainId&) {
    return patient::ClosedKeys{};
}

Result<bool> NodeSource::has_block(const ledger::PrivateChainId&, const ledger::BlockHash& block) {
    for (const NodeFor& node : nodes_) {
        SALUS_TRY_ASSIGN(const bool there, node({})->has_block(block));
        if (there) return true;
    }
    return false;
}

// To one node: where it is not known whether that has the block, another must not get it too.
Status NodeSource::append(const Asker& asker, const ledger::Block& block,
                          std::span<const vault::NewRecord> records) {
    if (nodes_.empty()) return Error(records_client::kUnreachable, "the patient has no node");
    return nodes_[0](asker)->append(block, records, asker.purpose);
}

Result<records::ListAnswer> NodeSource::list(const Asker& asker,
                                             const ledger::PrivateChainId& chain,
                                             const records::ListRequest& request) {
    return first<records::ListAnswer>(asker,
                                      [&](NodeCalls& node) { return node.list(chain, request); });
}

Result<std::vector<FetchedRecord>> NodeSource::open(const Asker& asker,
                                                    const records_client::HeldGrant& grant,
                                                    std::span<const vault::RecordInfo> infos) {
    std::vector<std::unique_ptr<NodeCalls>> nodes;
    std::vector<records_client::ReadingNode*> asked;
    for (const NodeFor& node : nodes_) {
        nodes.push_back(node(asker));
        asked.push_back(nodes.back().get());
    }
    std::vector<records_client::GrantReader::Listed> listed;
    for (const vault::RecordInfo& info : infos) listed.push_back({info, 0});
    records_client::GrantReader reader(std::move(asked), grant, key_);
    SALUS_TRY_ASSIGN(auto opened, reader.read(listed, asker.purpose));
    std::vector<FetchedRecord> out;
    for (auto& one : opened) out.push_back({one.info, std::move(one.plain)});
    return out;
}

Result<std::vector<vault::RecordInfo>> NodeSource::confirm(const Asker& asker,
                                                           const ledger::PrivateChainId& chain,
                                                           std::span<const vault::RecordId> ids) {
    std::vector<vault::RecordInfo> out;
    records::ReadRequest request{asker.purpose, {ids.begin(), ids.end()}};
    while (!request.records.empty()) {
        SALUS_TRY_ASSIGN(const auto answer, first<records::ReadAnswer>(asker, [&](NodeCalls& node) {
                             return node.read(chain, request);
                         }));
        if (answer.records.empty()) return Error(records_client::kBadAnswer, "no records");
        for (const records::ReadRecord& one : answer.records) out.push_back(one.info);
        request.records = answer.left;
    }
    return out;
}

Result<NodeFor> NodePool::node(const std::string& url) {
    if (parts_.own && parts_.own->url == url) {
        return NodeFor([this](const Asker& asker) {
            return std::make_unique<LocalNode>(
                *parts_.own, records::Caller{parts_.account, asker.client, asker.clinician});
        });
    }
    const std::lock_guard lock(mutex_);
    auto found = clients_.find(url);
    if (found == clients_.end()) {
        records_client::Options options;
        options.url = url;
        options.ca_file = parts_.ca_file;
        SALUS_TRY_ASSIGN(std::shared_ptr<RecordsClient> made,
                         RecordsClient::make(options, parts_.clock));
        made->sign_in_as(parts_.account_key.copy());
        found = clients_.emplace(url, std::move(made)).first;
    }
    return NodeFor(
        [client = found->second](const Asker&) { return std::make_unique<RemoteNode>(client); });
}

Result<std::shared_ptr<RecordSource>> NodePool::source_of(const std::vector<std::string>& urls) {
    std::vector<NodeFor> nodes;
    for (const std::string& url : urls) {
        SALUS_TRY_ASSIGN(NodeFor one, node(url));
        nodes.push_back(std::move(one));
    }
    return std::shared_ptr<RecordSource>(
        std::make_shared<NodeSource>(std::move(nodes), parts_.umbral));
}

Result<std::optional<Hash32>> FactsView::announced(const Address& account) {
    SALUS_TRY_ASSIGN(const Hash32 digest, facts_.announced_keys(account));
    return digest.is_zero() ? std::optional<Hash32>() : std::optional(digest);
}

Result<ChainView::GrantStatus> FactsView::grant_status(const Address& grantor,
                                                       const Hash32& grant) {
    SALUS_TRY_ASSIGN(const auto statuses, facts_.statuses({{grantor, grant}}));
    GrantStatus out;
    if (!statuses.empty()) out.status = statuses[0];
    return out;
}

} // namespace salus::gateway
