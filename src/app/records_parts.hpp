#pragma once
// The services of records of a running node, made of what records_node.hpp opened: who may
// (ChainConsents over chain and shelf), the chains, letters, the relay, and the exchange with other
// nodes.

#include "app/federation_watch.hpp"
#include "app/hospital_gateway.hpp"
#include "app/records_node.hpp"
#include "records/chain_consents.hpp"
#include "records/grant_desk.hpp"
#include "records/letters.hpp"
#include "records/record_node.hpp"
#include "records/relay.hpp"

namespace salus::app {

class RecordsParts {
public:
    // All outlive it. `data`: the key ring's.
    static Result<std::unique_ptr<RecordsParts>>
    open(const RecordsTools& tools, const ServeOptions& options, const crypto::SecretKey32& data);

    void add_routes(http::Router& router);
    api::fhir::Others fhir_others();
    // Begins the rounds with other nodes.
    Status start();
    // What ended or was revoked on chain loses its fragments.
    void keep_house();

private:
    RecordsParts(const RecordsTools& tools, const ServeOptions& options)
        : tools_(tools), options_(options) {}
    Status make(const crypto::SecretKey32& data);
    records::NodeInfo info() const;

    const RecordsTools& tools_;
    const ServeOptions& options_;
    std::optional<eth::Signer> signer_;
    std::unique_ptr<records::ChainFacts> facts_;
    std::unique_ptr<records::GrantShelf> shelf_;
    std::unique_ptr<records::ChainConsents> consents_;
    std::unique_ptr<records::RecordNode> node_;
    std::unique_ptr<records::LetterBox> letters_;
    std::unique_ptr<records::ConsentRelay> relay_;
    std::unique_ptr<records::GrantDesk> desk_;
    std::unique_ptr<HospitalGateway> gateway_;
    std::unique_ptr<FederationWatch> federation_; // the last: it ends first
};

} // namespace salus::app
