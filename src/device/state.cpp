#include "device/state.hpp"

#include "codec/base64url.hpp"
#include "consent/document.hpp"

namespace salus::device {
namespace {

namespace json = codec::json;
using codec::Json;
using consent::Fields;

json::object object_of(std::string_view canonical) {
    auto parsed = codec::parse_json(canonical);
    SALUS_ASSERT(parsed.ok() && parsed->is_object());
    return std::move(parsed->get_object());
}

Result<std::string> text_member(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const json::object* member, codec::json_object(object, key));
    return codec::canonical_json(*member);
}

bool flag(const json::object& object, std::string_view key, Fields& fields) {
    const Json* value = codec::json_find(object, key);
    if (value != nullptr && value->is_bool()) return value->get_bool();
    fields.note(key);
    return false;
}

std::vector<std::string> texts(Fields& fields, std::string_view key) {
    std::vector<std::string> out;
    for (const Json& item : fields.list(key)) {
        if (!item.is_string()) fields.note(key);
        out.emplace_back(item.is_string() ? std::string(item.get_string()) : std::string());
    }
    return out;
}

json::array array_of(const std::vector<std::string>& list) {
    json::array out;
    for (const std::string& one : list) out.emplace_back(one);
    return out;
}

// Reads each object of a list.
template <typename T, typename Read>
Status read_list(const json::object& object, std::string_view key, Read read, std::vector<T>& out) {
    SALUS_TRY_ASSIGN(const json::array* list, codec::json_array(object, key));
    for (const Json& item : *list) {
        if (!item.is_object()) return Error(kBadState, std::string(key));
        SALUS_TRY_ASSIGN(T one, read(item.get_object()));
        out.push_back(std::move(one));
    }
    return ok_status();
}

// ---- nodes

json::object node_json(const KnownNode& node) {
    json::object out{{"url", node.url},
                     {"account", to_hex0x(node.account.bytes)},
                     {"key", to_hex0x(node.key.bytes)}};
    if (node.head) out["head"] = ledger::to_json(*node.head);
    return out;
}

Result<KnownNode> read_node(const json::object& object) {
    Fields fields(object, kBadState);
    KnownNode out;
    out.url = fields.text("url");
    out.account = fields.bytes<20>("account");
    out.key = fields.bytes<33>("key");
    SALUS_TRY(fields.fault());
    if (fields.has("head")) {
        SALUS_TRY_ASSIGN(const json::object* head, codec::json_object(object, "head"));
        SALUS_TRY_ASSIGN(out.head, ledger::read_tree_head(*head));
    }
    return out;
}

json::object contracts_json(const records::Contracts& contracts) {
    return {{"accreditation", to_hex0x(contracts.accreditation.bytes)},
            {"medicalIdentity", to_hex0x(contracts.medical_identity.bytes)},
            {"vaccinePassport", to_hex0x(contracts.vaccine_passport.bytes)},
            {"consent", to_hex0x(contracts.consent.bytes)},
            {"ledgerAnchor", to_hex0x(contracts.ledger_anchor.bytes)}};
}

Result<records::Contracts> read_contracts(const json::object& object) {
    Fields fields(object, kBadState);
    records::Contracts out;
    out.accreditation = fields.bytes<20>("accreditation");
    out.medical_identity = fields.bytes<20>("medicalIdentity");
    out.vaccine_passport = fields.bytes<20>("vaccinePassport");
    out.consent = fields.bytes<20>("consent");
    out.ledger_anchor = fields.bytes<20>("ledgerAnchor");
    SALUS_TRY(fields.fault());
    return out;
}

// ---- grants

json::object grant_json(const GivenGrant& given) {
    json::array destroyed;
    for (const Destruction& one : given.destroyed) {
        destroyed.push_back(json::object{{"node", to_hex0x(one.node.bytes)},
                                         {"statement", records::to_json(one.statement)}});
    }
    return {{"grant", object_of(consent::grant_text(given.grant))},
            {"first", to_hex0x(given.first.bytes)},
            {"label", given.label},
            {"threshold", given.threshold},
            {"nodes", array_of(given.nodes)},
            {"inForce", given.in_force},
            {"told", given.told},
            {"givenAt", given.given_at},
            {"revokedAt", given.revoked_at},
            {"untold", array_of(given.untold)},
            {"destroyed", std::move(destroyed)}};
}

Result<Destruction> read_destruction(const json::object& object) {
    Fields fields(object, kBadState);
    Destruction out;
    out.node = fields.bytes<20>("node");
    SALUS_TRY(fields.fault());
    SALUS_TRY_ASSIGN(const json::object* statement, codec::json_object(object, "statement"));
    SALUS_TRY_ASSIGN(out.statement, records::read_destroyed(*statement));
    return out;
}

Result<GivenGrant> read_given(const json::object& object) {
    Fields fields(object, kBadState);
    GivenGrant out;
    SALUS_TRY_ASSIGN(const std::string text, text_member(object, "grant"));
    SALUS_TRY_ASSIGN(out.grant, consent::parse_grant(text));
    out.hash = consent::grant_hash(out.grant);
    out.first = fields.bytes<32>("first");
    out.label = fields.text("label");
    out.threshold = fields.number("threshold");
    out.nodes = texts(fields, "nodes");
    out.in_force = flag(object, "inForce", fields);
    out.told = flag(object, "told", fields);
    out.given_at = fields.number("givenAt");
    out.revoked_at = fields.number("revokedAt");
    out.untold = texts(fields, "untold");
    SALUS_TRY(fields.fault());
    SALUS_TRY(read_list(object, "destroyed", read_destruction, out.destroyed));
    return out;
}

// ---- requests and emergencies

json::object request_json(const KnownRequest& known) {
    const consent::RequestProgress& progress = known.progress;
    return {{"request", object_of(consent::request_text(progress.request))},
            {"state", static_cast<std::uint64_t>(progress.state)},
            {"since", progress.since},
            {"grant", to_hex0x(progress.grant.bytes)}};
}

Result<KnownRequest> read_request(const json::object& object) {
    Fields fields(object, kBadState);
    KnownRequest out;
    SALUS_TRY_ASSIGN(const std::string text, text_member(object, "request"));
    SALUS_TRY_ASSIGN(out.progress.request, consent::parse_request(text));
    out.progress.state = static_cast<consent::RequestState>(
        fields.number("state", static_cast<std::uint64_t>(consent::RequestState::expired)));
    out.progress.since = fields.number("since");
    out.progress.grant = fields.bytes<32>("grant");
    SALUS_TRY(fields.fault());
    return out;
}

json::object emergency_json(const OptedIn& opted) {
    return {{"document", object_of(consent::emergency_text(opted.document))},
            {"inForce", opted.in_force},
            {"endedAt", opted.ended_at}};
}

Result<OptedIn> read_opted(const json::object& object) {
    Fields fields(object, kBadState);
    OptedIn out;
    SALUS_TRY_ASSIGN(const std::string text, text_member(object, "document"));
    SALUS_TRY_ASSIGN(out.document, consent::parse_emergency(text));
    out.in_force = flag(object, "inForce", fields);
    out.ended_at = fields.number("endedAt");
    SALUS_TRY(fields.fault());
    return out;
}

// ---- the whole

template <typename T, typename Write>
json::array list_json(const std::vector<T>& list, Write write) {
    json::array out;
    for (const T& one : list) out.push_back(write(one));
    return out;
}

Result<State> read_members(const json::object& object) {
    Fields fields(object, kBadState);
    State out;
    out.chain = fields.bytes<32>("chain");
    out.chain_id = fields.number("chainId");
    out.announced = flag(object, "announced", fields);
    const std::string genesis = fields.text("genesis");
    for (const std::string& text : texts(fields, "closed")) {
        const auto key = fixed_from_hex<33>(text);
        if (!key.ok()) fields.note("closed");
        out.closed.push_back(key.ok() ? *key : records::FolderKey{});
    }
    SALUS_TRY(fields.fault());
    SALUS_TRY_ASSIGN(out.genesis, codec::base64_decode(genesis));
    SALUS_TRY_ASSIGN(const json::object* contracts, codec::json_object(object, "contracts"));
    SALUS_TRY_ASSIGN(out.contracts, read_contracts(*contracts));
    SALUS_TRY_ASSIGN(const std::string statement, text_member(object, "statement"));
    SALUS_TRY_ASSIGN(out.statement, patient::read_statement(statement));
    SALUS_TRY(read_list(object, "nodes", read_node, out.nodes));
    SALUS_TRY(read_list(object, "grants", read_given, out.grants));
    SALUS_TRY(read_list(object, "requests", read_request, out.requests));
    if (fields.has("emergency")) {
        SALUS_TRY_ASSIGN(const json::object* opted, codec::json_object(object, "emergency"));
        SALUS_TRY_ASSIGN(out.emergency, read_opted(*opted));
    }
    return out;
}

} // namespace

json::object to_json(const State& state) {
    json::array closed;
    for (const records::FolderKey& key : state.closed) closed.emplace_back(to_hex0x(key.bytes));
    json::object out{{"chain", to_hex0x(state.chain.bytes)},
                     {"chainId", state.chain_id},
                     {"contracts", contracts_json(state.contracts)},
                     {"genesis", codec::base64_encode(state.genesis)},
                     {"nodes", list_json(state.nodes, node_json)},
                     {"statement", patient::statement_json(state.statement)},
                     {"announced", state.announced},
                     {"closed", std::move(closed)},
                     {"grants", list_json(state.grants, grant_json)},
                     {"requests", list_json(state.requests, request_json)}};
    if (state.emergency) out["emergency"] = emergency_json(*state.emergency);
    return out;
}

Result<State> read_state(const json::object& object) {
    auto out = read_members(object);
    if (!out.ok() && !(out.error().kind() == kBadState)) {
        return Error(kBadState, out.error().text());
    }
    return out;
}

} // namespace salus::device
