#pragma once
// The FHIR gateway of the hospital whose node this is: its patients, the nodes that keep their
// records, and the letters that come for it.

#include "api/gateway/endpoint.hpp"
#include "app/records_node.hpp"
#include "app/ticker.hpp"
#include "gateway/node_source.hpp"
#include "records/letters.hpp"

namespace salus::app {

class HospitalGateway {
public:
    struct Parts { // all outlive it
        const RecordsTools& tools;
        const crypto::SecretKey32& data_key; // of the key ring; read by open() alone
        records::RecordNode& node;
        records::GrantDesk& desk;
        records::LetterBox& letters;
        const records::ChainFacts& facts;
    };
    static Result<std::unique_ptr<HospitalGateway>> open(const Parts& parts); // sql.*

    api::gateway::Parts api() const;

private:
    explicit HospitalGateway(const Parts& parts);
    void look(); // for letters
    Status take(const records::Letter& letter);

    Parts parts_;
    gateway::GatewayKeys keys_;
    gateway::NodePool pool_;
    gateway::FactsView facts_;
    std::unique_ptr<gateway::Gateway> gateway_;
    std::unique_ptr<Ticker> ticker_; // the last: it ends first
};

} // namespace salus::app
