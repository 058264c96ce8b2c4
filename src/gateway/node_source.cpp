#include "gateway/node_source.hpp"

namespace salus::gateway {

using records_client::RecordsClient;

template <typename T, typename Ask>
Result<T> NodeSource::first(const Ask& ask) {
    std::optional<Error> last;
    for (const Client& node : nodes_) {
        Result<T> answer = ask(*node);
        if (answer.ok() || !records_client::is_passing(answer.error())) return answer;
        last = std::move(answer).error();
    }
    return last.value_or(Error(records_client::kUnreachable, "the patient has no node"));
}

Result<ledger::Block> NodeSource::genesis(const ledger::PrivateChainId& chain) {
    return first<ledger::Block>([&](RecordsClient& node) -> Result<ledger::Block> {
        SALUS_TRY_ASSIGN(auto page, node.blocks(chain, {}, 1));
        if (page.blocks.empty()) return Error(records_client::kBadAnswer, "a chain without blocks");
        return std::move(page.blocks[0]);
    });
}

Result<ledger::ChainHeads> NodeSource::heads(const ledger::PrivateChainId& chain) {
    return first<ledger::ChainHeads>([&](RecordsClient& node) -> Result<ledger::ChainHeads> {
        SALUS_TRY_ASSIGN(records::ChainInfo info, node.chain(chain));
        return std::move(info.heads);
    });
}

// Nodes tell it by refusing: writer.cpp.
Result<patient::ClosedKeys> NodeSource::closed(const ledger::PrivateChainId&) {
    return patient::ClosedKeys{};
}

Result<bool> NodeSource::has_block(const ledger::PrivateChainId&, const ledger::BlockHash& block) {
    for (const Client& node : nodes_) {
        const auto found = node->log_inclusion(block);
        if (found.ok()) return true;
        // That a node does not answer is not that it has it not.
        if (records_client::status_of(found.error()) != 404) return found.error();
    }
    return false;
}

// To one node: where it is not known whether it has the block, another must not get it as well
// without its records. The nodes exchange them.
Status NodeSource::append(const Asker& asker, const ledger::Block& block,
                          std::span<const vault::NewRecord> records) {
    if (nodes_.empty()) return Error(records_client::kUnreachable, "the patient has no node");
    SALUS_TRY(nodes_[0]->append(block.header.chain, block, records, asker.purpose));
    return ok_status();
}

Result<records::ListAnswer> NodeSource::list(const Asker&, const ledger::PrivateChainId& chain,
                                             const records::ListRequest& request) {
    return first<records::ListAnswer>(
        [&](RecordsClient& node) { return node.list(chain, request); });
}

Result<std::vector<FetchedRecord>> NodeSource::open(const Asker& asker,
                                                    const records_client::HeldGrant& grant,
                                                    std::span<const vault::RecordInfo> infos) {
    std::vector<RecordsClient*> nodes;
    for (const Client& node : nodes_) nodes.push_back(node.get());
    std::vector<records_client::GrantReader::Listed> listed;
    for (const vault::RecordInfo& info : infos) listed.push_back({info, 0});
    records_client::GrantReader reader(nodes, grant, key_);
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
        SALUS_TRY_ASSIGN(const auto answer, first<records::ReadAnswer>([&](RecordsClient& node) {
                             return node.read(chain, request);
                         }));
        if (answer.records.empty()) return Error(records_client::kBadAnswer, "no records");
        for (const records::ReadRecord& one : answer.records) out.push_back(one.info);
        request.records = answer.left;
    }
    return out;
}

Result<NodeSource::Client> NodePool::client(const std::string& url) {
    const std::lock_guard lock(mutex_);
    if (const auto found = clients_.find(url); found != clients_.end()) return found->second;
    records_client::Options options;
    options.url = url;
    options.ca_file = parts_.ca_file;
    SALUS_TRY_ASSIGN(std::unique_ptr<RecordsClient> made,
                     RecordsClient::make(options, parts_.clock));
    NodeSource::Client client = std::move(made);
    client->sign_in_as(parts_.account.copy());
    clients_.emplace(url, client);
    return client;
}

Result<std::shared_ptr<RecordSource>> NodePool::source_of(const std::vector<std::string>& nodes) {
    std::vector<NodeSource::Client> clients;
    for (const std::string& url : nodes) {
        SALUS_TRY_ASSIGN(NodeSource::Client one, client(url));
        clients.push_back(std::move(one));
    }
    return std::shared_ptr<RecordSource>(
        std::make_shared<NodeSource>(std::move(clients), parts_.umbral));
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
