#include "consent/document.hpp"
#include "device/grantee.hpp"

#include "codec/base64url.hpp"

namespace salus::device {
namespace {

namespace json = codec::json;
using consent::Fields;

json::object grant_json(const ReceivedGrant& received) {
    json::array keys;
    for (const auto& [record, box] : received.held.keys) {
        keys.push_back(json::object{{"record", consent::uuid_text(record)},
                                    {"box", codec::base64_encode(vault::encode(box))}});
    }
    return {{"letter", records_client::letter_json(received.held.letter)},
            {"keys", std::move(keys)},
            {"revoked", received.revoked}};
}

template <typename T>
Result<T> letter_of(const json::object& object) {
    SALUS_TRY_ASSIGN(records_client::LetterContent content, records_client::read_letter(object));
    T* letter = std::get_if<T>(&content);
    if (letter == nullptr) return Error(kBadState, "a letter of another type");
    return std::move(*letter);
}

Status read_keys(const json::object& object, ReceivedGrant& out) {
    SALUS_TRY_ASSIGN(const json::array* keys, codec::json_array(object, "keys"));
    for (const codec::Json& item : *keys) {
        if (!item.is_object()) return Error(kBadState, "keys");
        Fields fields(item.get_object(), kBadState);
        const auto record = consent::uuid_of(fields.text("record"));
        if (!record) fields.note("record");
        const std::string text = fields.text("box");
        SALUS_TRY(fields.fault());
        SALUS_TRY_ASSIGN(const Bytes bytes, codec::base64_decode(text));
        SALUS_TRY_ASSIGN(vault::SealedBox box, vault::decode_box(bytes));
        out.held.keys.insert_or_assign(*record, std::move(box));
    }
    return ok_status();
}

Result<ReceivedGrant> read_grant(const json::object& object) {
    ReceivedGrant out;
    SALUS_TRY_ASSIGN(const json::object* letter, codec::json_object(object, "letter"));
    SALUS_TRY_ASSIGN(out.held.letter, letter_of<records_client::GrantLetter>(*letter));
    SALUS_TRY(read_keys(object, out));
    const codec::Json* revoked = codec::json_find(object, "revoked");
    if (revoked == nullptr || !revoked->is_bool()) return Error(kBadState, "revoked");
    out.revoked = revoked->get_bool();
    return out;
}

json::object request_json(const AskedRequest& asked) {
    auto request = codec::parse_json(consent::request_text(asked.progress.request));
    SALUS_ASSERT(request.ok());
    return {{"request", std::move(*request)},
            {"state", static_cast<std::uint64_t>(asked.progress.state)},
            {"since", asked.progress.since},
            {"grant", to_hex0x(asked.progress.grant.bytes)},
            {"card", to_json(asked.card)}};
}

Result<AskedRequest> read_request(const json::object& object) {
    AskedRequest out;
    SALUS_TRY_ASSIGN(const json::object* request, codec::json_object(object, "request"));
    SALUS_TRY_ASSIGN(const std::string text, codec::canonical_json(*request));
    SALUS_TRY_ASSIGN(out.progress.request, consent::parse_request(text));
    SALUS_TRY_ASSIGN(const json::object* card, codec::json_object(object, "card"));
    SALUS_TRY_ASSIGN(out.card, read_card(*card));
    Fields fields(object, kBadState);
    out.progress.state = static_cast<consent::RequestState>(
        fields.number("state", static_cast<std::uint64_t>(consent::RequestState::expired)));
    out.progress.since = fields.number("since");
    out.progress.grant = fields.bytes<32>("grant");
    SALUS_TRY(fields.fault());
    return out;
}

template <typename T, typename Read>
Status read_list(const json::object& object, std::string_view key, Read read, std::vector<T>& out) {
    SALUS_TRY_ASSIGN(const json::array* list, codec::json_array(object, key));
    for (const codec::Json& item : *list) {
        if (!item.is_object()) return Error(kBadState, std::string(key));
        SALUS_TRY_ASSIGN(T one, read(item.get_object()));
        out.push_back(std::move(one));
    }
    return ok_status();
}

Result<GranteeState> read_members(const json::object& object) {
    GranteeState out;
    SALUS_TRY_ASSIGN(const json::array* nodes, codec::json_array(object, "nodes"));
    for (const codec::Json& node : *nodes) {
        if (!node.is_string()) return Error(kBadState, "nodes");
        out.nodes.emplace_back(node.get_string());
    }
    SALUS_TRY(read_list(object, "grants", read_grant, out.grants));
    SALUS_TRY(read_list(object, "requests", read_request, out.requests));
    SALUS_TRY(read_list(object, "early", letter_of<records_client::KeysLetter>, out.early));
    std::vector<records_client::StatementLetter> statements;
    SALUS_TRY(
        read_list(object, "statements", letter_of<records_client::StatementLetter>, statements));
    for (auto& one : statements) out.statements.emplace(one.patient, std::move(one.statement));
    return out;
}

} // namespace

json::object to_json(const GranteeState& state) {
    json::array nodes, grants, requests, early, statements;
    for (const std::string& url : state.nodes) nodes.emplace_back(url);
    for (const ReceivedGrant& grant : state.grants) grants.push_back(grant_json(grant));
    for (const AskedRequest& request : state.requests) requests.push_back(request_json(request));
    for (const auto& keys : state.early) early.push_back(records_client::letter_json(keys));
    for (const auto& [chain, statement] : state.statements) {
        statements.push_back(
            records_client::letter_json(records_client::StatementLetter{chain, statement}));
    }
    return {{"nodes", std::move(nodes)},
            {"grants", std::move(grants)},
            {"requests", std::move(requests)},
            {"early", std::move(early)},
            {"statements", std::move(statements)}};
}

Result<GranteeState> read_grantee_state(const json::object& object) {
    auto out = read_members(object);
    if (!out.ok() && !(out.error().kind() == kBadState)) {
        return Error(kBadState, out.error().text());
    }
    return out;
}

} // namespace salus::device
