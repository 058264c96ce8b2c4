#include "federation/http_peer.hpp"

#include "records/record_node.hpp"

namespace salus::federation {

Result<std::vector<ledger::BlockHash>> HttpPeer::chain(const ledger::PrivateChainId& chain) {
    std::vector<ledger::BlockHash> out;
    std::optional<ledger::BlockHash> after;
    while (true) {
        auto page = client_->blocks(chain, after, records::kMaxBlocks);
        if (!page.ok() && records_client::is(page.error(), records::kUnknownPatientChain)) {
            return out;
        }
        if (!page.ok()) return page.error();
        for (const ledger::Block& block : page->blocks) {
            out.push_back(ledger::hash_of(block.header));
        }
        if (!page->next) return out;
        after = page->next;
    }
}

} // namespace salus::federation
