#pragma once
// Another node over HTTP, signed in as this node's account. Thread-safe.

#include "federation/peer.hpp"
#include "records_client/records_client.hpp"

namespace salus::federation {

class HttpPeer final : public Peer {
public:
    explicit HttpPeer(std::unique_ptr<records_client::RecordsClient> client)
        : client_(std::move(client)) {}
    Result<Feed> feed(std::uint64_t first, std::size_t most) override {
        return client_->feed(first, most);
    }
    Result<Parcel> parcel(const ledger::PrivateChainId& chain,
                          const ledger::BlockHash& block) override {
        return client_->parcel(chain, block);
    }
    Result<vault::ProvedChunk> chunk(const ledger::PrivateChainId& chain,
                                     const vault::RecordId& record, std::uint32_t index) override {
        return client_->member_chunk(chain, record, index);
    }
    Result<std::vector<ledger::BlockHash>> chain(const ledger::PrivateChainId& chain) override;
    Result<ledger::SignedTreeHead> log_head() override { return client_->log_head(); }
    Result<merkle::Proof> log_consistency(std::uint64_t from, std::uint64_t to) override {
        return client_->log_consistency(from, to);
    }

private:
    std::unique_ptr<records_client::RecordsClient> client_;
};

} // namespace salus::federation
