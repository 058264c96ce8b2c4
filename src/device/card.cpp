#include "device/card.hpp"

#include "consent/document.hpp"
#include "records_client/letter_text.hpp"

namespace salus::device {

namespace json = codec::json;

Card card_of(const State& state) {
    const patient::Statement& statement = state.statement.statement;
    Card out{state.chain,
             statement.account,
             statement.inbox,
             state.chain_id,
             state.contracts.consent,
             state.contracts.ledger_anchor,
             {}};
    for (const KnownNode& node : state.nodes) out.nodes.push_back(node.url);
    return out;
}

json::object to_json(const Card& card) {
    json::array nodes;
    for (const std::string& url : card.nodes) nodes.emplace_back(url);
    return {{"salus", "patient-card"},
            {"version", 1},
            {"chain", to_hex0x(card.chain.bytes)},
            {"account", to_hex0x(card.account.bytes)},
            {"inbox", to_hex0x(card.inbox.bytes)},
            {"chainId", card.chain_id},
            {"consent", to_hex0x(card.consent.bytes)},
            {"ledgerAnchor", to_hex0x(card.ledger_anchor.bytes)},
            {"nodes", std::move(nodes)}};
}

Result<Card> read_card(const json::object& object) {
    consent::Fields fields(object, kBadCard);
    if (fields.text("salus") != "patient-card") fields.note("salus");
    if (fields.number("version") != 1) fields.note("version");
    Card out;
    out.chain = fields.bytes<32>("chain");
    out.account = fields.bytes<20>("account");
    out.inbox = fields.bytes<33>("inbox");
    out.chain_id = fields.number("chainId");
    out.consent = fields.bytes<20>("consent");
    out.ledger_anchor = fields.bytes<20>("ledgerAnchor");
    for (const codec::Json& node : fields.list("nodes")) {
        if (!node.is_string() || out.nodes.size() == records_client::kMaxLetterNodes) {
            fields.note("nodes");
            break;
        }
        out.nodes.emplace_back(node.get_string());
    }
    if (!consent::is_point(out.inbox)) fields.note("inbox");
    SALUS_TRY(fields.fault());
    if (out.nodes.empty()) return Error(kBadCard, "it names no node");
    return out;
}

} // namespace salus::device
