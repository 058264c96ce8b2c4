#include "app/records_parts.hpp"

#include "api/records/endpoint.hpp"
#include "api/records/federation_routes.hpp"
#include "api/records/grants.hpp"
#include "app/version.hpp"
#include "base/log.hpp"

namespace salus::app {

Result<std::unique_ptr<RecordsParts>> RecordsParts::open(const RecordsTools& tools,
                                                         const ServeOptions& options,
                                                         const crypto::SecretKey32& data) {
    std::unique_ptr<RecordsParts> out(new RecordsParts(tools, options));
    SALUS_TRY(out->make(data));
    return out;
}

records::NodeInfo RecordsParts::info() const {
    const ledger::Domain& domain = tools_.ledger.domain();
    const passport::Contracts& known = tools_.contracts;
    records::NodeInfo out;
    out.account = tools_.account;
    out.key = tools_.keys.umbral_public.bytes();
    out.chain_id = domain.chain_id;
    out.contracts = {known.accreditation, known.medical_identity, known.vaccine_passport,
                     known.consent, known.ledger_anchor};
    out.version = std::string(kVersion);
    return out;
}

Status RecordsParts::make(const crypto::SecretKey32& data) {
    const records::NodeInfo self = info();
    SALUS_TRY_ASSIGN(signer_, eth::Signer::from_key(tools_.keys.account.copy()));
    records::FactsOptions facts;
    facts.sealed_here = options_.eth_rpc.empty() && options_.follow.empty();
    facts_ =
        std::make_unique<records::ChainFacts>(tools_.chain, self.contracts, tools_.clock, facts);
    const consent::Place place{self.chain_id, self.contracts.consent};
    SALUS_TRY_ASSIGN(shelf_, records::GrantShelf::open(
                                 {tools_.database, tools_.commits, *signer_, tools_.random,
                                  tools_.clock, place, tools_.ledger.domain()},
                                 {tools_.keys.umbral.copy(), tools_.keys.fragments.copy()}));
    consents_ = std::make_unique<records::ChainConsents>(*facts_, *shelf_);
    SALUS_TRY_ASSIGN(node_,
                     records::RecordNode::make({tools_.vault, *consents_, tools_.keys.account,
                                                tools_.random, tools_.clock}));
    SALUS_TRY_ASSIGN(letters_,
                     records::LetterBox::open({tools_.database, tools_.commits, tools_.clock}));
    relay_ = std::make_unique<records::ConsentRelay>(
        records::ConsentRelay::Parts{tools_.sender, *facts_, *shelf_, tools_.clock});
    SALUS_TRY_ASSIGN(desk_, records::GrantDesk::open({*node_, *consents_, *facts_, *shelf_,
                                                      *letters_, *relay_, tools_.database}));
    SALUS_TRY_ASSIGN(gateway_,
                     HospitalGateway::open({tools_, data, *node_, *desk_, *letters_, *facts_}));
    return ok_status();
}

void RecordsParts::add_routes(http::Router& router) {
    const api::records::Parts chains{*node_, tools_.callers, info()};
    api::records::serve(router, chains);
    api::records::serve_federation(router, chains);
    const api::records::GrantParts grants{*desk_, tools_.callers};
    api::records::serve_grants(router, grants);
    api::records::serve_letters(router, grants);
    api::records::serve_relay(router, grants);
    api::gateway::serve(router, gateway_->api());
}

void RecordsParts::keep_house() {
    const auto swept = desk_->sweep();
    if (!swept.ok()) log::warn("grants.sweep", {{"error", swept.error().text()}});
}

api::fhir::Others RecordsParts::fhir_others() {
    return {api::gateway::before(gateway_->api()), api::gateway::add_capability};
}

Status RecordsParts::start() {
    if (options_.federation_interval == 0) return ok_status();
    SALUS_TRY_ASSIGN(federation_, FederationWatch::open(tools_, options_, *node_));
    return ok_status();
}

} // namespace salus::app
