#include "app/hospital_gateway.hpp"

#include "base/log.hpp"

namespace salus::app {
namespace {

constexpr std::chrono::seconds kLetterInterval{10};
constexpr std::size_t kLettersAtOnce = 50;

} // namespace

HospitalGateway::HospitalGateway(const Parts& parts)
    : parts_(parts), keys_(parts.data_key),
      pool_({parts.tools.keys.account, parts.tools.account, parts.tools.keys.umbral,
             parts.tools.clock, "",
             gateway::NodePool::OwnNode{parts.tools.public_url, parts.node, parts.desk,
                                        parts.tools.ledger}}),
      facts_(parts.facts) {}

Result<std::unique_ptr<HospitalGateway>> HospitalGateway::open(const Parts& parts) {
    SALUS_TRY(gateway::migrate(parts.tools.database));
    std::unique_ptr<HospitalGateway> out(new HospitalGateway(parts));
    HospitalGateway* self = out.get();
    const RecordsTools& tools = parts.tools;
    out->gateway_ = std::make_unique<gateway::Gateway>(gateway::Gateway::Parts{
        tools.database,
        out->keys_,
        {tools.keys.account, tools.account, tools.ledger.domain()},
        {tools.account, tools.keys.umbral_public.bytes()},
        [self](const std::vector<std::string>& nodes) { return self->pool_.source_of(nodes); },
        out->facts_,
        tools.random,
        tools.clock,
        tools.public_url + "/fhir/R4"});
    out->ticker_ = std::make_unique<Ticker>(kLetterInterval, [self] { self->look(); });
    return out;
}

api::gateway::Parts HospitalGateway::api() const {
    return {*gateway_, parts_.tools.callers, parts_.tools.account};
}

Status HospitalGateway::take(const records::Letter& letter) {
    SALUS_TRY_ASSIGN(const records_client::LetterContent content,
                     records_client::open_letter(letter, parts_.tools.keys.umbral));
    return gateway_->take(content);
}

// A letter that cannot be used is told of, once, and dropped: who sent it may send another.
void HospitalGateway::look() {
    std::uint64_t after = 0;
    while (true) {
        const auto page = parts_.letters.fetch(parts_.tools.account, after, kLettersAtOnce);
        if (!page.ok()) return log::warn("letters cannot be read", {{"why", page.error().text()}});
        for (const records::Letter& letter : page->letters) {
            const Status taken = take(letter);
            if (!taken.ok()) {
                log::warn("a letter cannot be used", {{"letter", to_hex(letter.id.bytes)},
                                                      {"why", std::string(taken.error().name())}});
                // A node or the chain that is not there now: the next look tries again.
                if (records_client::is_passing(taken.error()) ||
                    taken.error().name().starts_with("eth.")) {
                    continue;
                }
            }
            const Status dropped = parts_.letters.remove(parts_.tools.account, letter.id);
            if (!dropped.ok()) log::warn("a letter stays", {{"why", dropped.error().text()}});
        }
        if (!page->next) return;
        after = *page->next;
    }
}

} // namespace salus::app
