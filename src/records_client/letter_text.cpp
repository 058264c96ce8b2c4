#include "records_client/letter_text.hpp"

#include "codec/base64url.hpp"
#include "consent/document.hpp"
#include "crypto/secp256k1_account.hpp"

namespace salus::records_client {
namespace {

namespace json = codec::json;
using codec::Json;
using consent::Fields;

constexpr std::size_t kMaxUrl = 2048;

Error bad(std::string detail) {
    return Error(kBadLetter, std::move(detail));
}

// The object of a canonical text that this program has just written.
json::object object_of(std::string_view text) {
    auto parsed = codec::parse_json(text);
    SALUS_ASSERT(parsed.ok() && parsed->is_object());
    return std::move(parsed->get_object());
}

Result<std::string> text_of_member(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const json::object* member, codec::json_object(object, key));
    return codec::canonical_json(*member);
}

Result<patient::SignedStatement> statement_of(const json::object& object) {
    SALUS_TRY_ASSIGN(const std::string text, text_of_member(object, "statement"));
    return patient::read_statement(text);
}

Status check_verifying(const GrantLetter& letter) {
    const auto point = crypto::secp256k1::Point::from_bytes(letter.verifying.bytes);
    if (!point.ok()) return bad("verifying: no point");
    if (crypto::secp256k1::account_of(*point) != letter.grant.grantor) {
        return bad("verifying: not the grantor's key");
    }
    return ok_status();
}

// ---- each content

json::object to_json(const GrantLetter& letter) {
    json::array nodes;
    for (const GrantLetter::Node& node : letter.nodes) {
        nodes.push_back(json::object{{"account", to_hex0x(node.account.bytes)}, {"url", node.url}});
    }
    json::object out{{"type", "grant"},
                     {"grant", object_of(consent::grant_text(letter.grant))},
                     {"statement", patient::statement_json(letter.statement)},
                     {"nodes", std::move(nodes)},
                     {"threshold", letter.threshold},
                     {"verifying", to_hex0x(letter.verifying.bytes)}};
    if (letter.request) out["request"] = to_hex0x(letter.request->bytes);
    return out;
}

Result<std::vector<GrantLetter::Node>> read_nodes(Fields& fields) {
    std::vector<GrantLetter::Node> out;
    const json::array& nodes = fields.list("nodes");
    if (nodes.size() > kMaxLetterNodes) return bad("nodes: too many");
    for (const Json& item : nodes) {
        if (!item.is_object()) return bad("nodes");
        Fields node(item.get_object(), kBadLetter);
        out.push_back({node.text("url"), node.bytes<20>("account")});
        SALUS_TRY(node.fault());
        if (out.back().url.size() > kMaxUrl) return bad("nodes.url");
    }
    return out;
}

Result<LetterContent> read_grant(const json::object& object, Fields& fields) {
    GrantLetter out;
    SALUS_TRY_ASSIGN(const std::string text, text_of_member(object, "grant"));
    SALUS_TRY_ASSIGN(out.grant, consent::parse_grant(text));
    SALUS_TRY_ASSIGN(out.statement, statement_of(object));
    SALUS_TRY_ASSIGN(out.nodes, read_nodes(fields));
    out.threshold = fields.number("threshold", 255);
    out.verifying = fields.bytes<33>("verifying");
    if (fields.has("request")) out.request = fields.bytes<32>("request");
    SALUS_TRY(fields.fault());
    if (out.threshold == 0 || out.threshold > out.nodes.size()) return bad("threshold");
    SALUS_TRY(check_verifying(out));
    return LetterContent(std::move(out));
}

json::object to_json(const KeysLetter& letter) {
    json::array keys;
    for (const KeysLetter::KeyBox& one : letter.keys) {
        keys.push_back(json::object{{"record", consent::uuid_text(one.record)},
                                    {"box", codec::base64_encode(one.box)}});
    }
    return {{"type", "keys"}, {"grant", to_hex0x(letter.grant.bytes)}, {"keys", std::move(keys)}};
}

Result<LetterContent> read_keys(Fields& fields) {
    KeysLetter out;
    out.grant = fields.bytes<32>("grant");
    const json::array& keys = fields.list("keys");
    if (keys.size() > kKeyBoxesPerLetter) return bad("keys: too many");
    for (const Json& item : keys) {
        if (!item.is_object()) return bad("keys");
        Fields one(item.get_object(), kBadLetter);
        const auto record = consent::uuid_of(one.text("record"));
        if (!record) one.note("record");
        const std::string box = one.text("box");
        SALUS_TRY(one.fault());
        SALUS_TRY_ASSIGN(Bytes bytes, codec::base64_decode(box));
        out.keys.push_back({*record, std::move(bytes)});
    }
    SALUS_TRY(fields.fault());
    return LetterContent(std::move(out));
}

json::object to_json(const StatementLetter& letter) {
    return {{"type", "statement"},
            {"patient", to_hex0x(letter.patient.bytes)},
            {"statement", patient::statement_json(letter.statement)}};
}

Result<LetterContent> read_newer_statement(const json::object& object, Fields& fields) {
    StatementLetter out;
    out.patient = fields.bytes<32>("patient");
    SALUS_TRY(fields.fault());
    SALUS_TRY_ASSIGN(out.statement, statement_of(object));
    return LetterContent(std::move(out));
}

json::object to_json(const RequestLetter& letter) {
    return {{"type", "request"},
            {"request", object_of(consent::request_text(letter.request))},
            {"signature", to_hex0x(letter.signature.bytes)}};
}

Result<LetterContent> read_request(const json::object& object, Fields& fields) {
    RequestLetter out;
    SALUS_TRY_ASSIGN(const std::string text, text_of_member(object, "request"));
    SALUS_TRY_ASSIGN(out.request, consent::parse_request(text));
    out.signature = fields.bytes<65>("signature");
    SALUS_TRY(fields.fault());
    return LetterContent(std::move(out));
}

json::object to_json(const AnswerLetter& letter) {
    return {{"type", "answer"},
            {"request", to_hex0x(letter.request.bytes)},
            {"grant", to_hex0x(letter.grant.bytes)},
            {"time", letter.time},
            {"account", to_hex0x(letter.account.bytes)},
            {"signature", to_hex0x(letter.signature.bytes)}};
}

Result<LetterContent> read_answer(Fields& fields) {
    AnswerLetter out;
    out.request = fields.bytes<32>("request");
    out.grant = fields.bytes<32>("grant");
    out.time = fields.number("time");
    out.account = fields.bytes<20>("account");
    out.signature = fields.bytes<65>("signature");
    SALUS_TRY(fields.fault());
    return LetterContent(std::move(out));
}

json::object to_json(const RevokedLetter& letter) {
    return {{"type", "revoked"}, {"grant", to_hex0x(letter.grant.bytes)}};
}

Result<LetterContent> read_revoked(Fields& fields) {
    RevokedLetter out{fields.bytes<32>("grant")};
    SALUS_TRY(fields.fault());
    return LetterContent(out);
}

} // namespace

json::object letter_json(const LetterContent& content) {
    return std::visit([](const auto& one) { return to_json(one); }, content);
}

Result<LetterContent> read_letter(const json::object& object) {
    SALUS_TRY_ASSIGN(const std::string type, codec::json_string(object, "type"));
    Fields fields(object, kBadLetter);
    if (type == "grant") return read_grant(object, fields);
    if (type == "keys") return read_keys(fields);
    if (type == "statement") return read_newer_statement(object, fields);
    if (type == "request") return read_request(object, fields);
    if (type == "answer") return read_answer(fields);
    if (type == "revoked") return read_revoked(fields);
    return bad("an unknown type");
}

Result<records::NewLetter> seal_letter(const LetterContent& content, const Address& to,
                                       const crypto::umbral::PublicKey& receiver, Random& random) {
    SALUS_TRY_ASSIGN(const std::string text, codec::canonical_json(letter_json(content)));
    if (text.size() + vault::SealedBox::kOverhead > records::kMaxLetter) {
        return Error(kLetterTooLarge);
    }
    const auto id = random.bytes<16>();
    SALUS_TRY_ASSIGN(vault::SealedBox box,
                     vault::seal(view(text), receiver, records::letter_place(id), random));
    return records::NewLetter{to, id, std::move(box)};
}

Result<LetterContent> open_letter(const records::Letter& letter,
                                  const crypto::umbral::SecretKey& receiver) {
    SALUS_TRY_ASSIGN(const Bytes plain,
                     vault::open(letter.sealed, receiver, records::letter_place(letter.id)));
    SALUS_TRY_ASSIGN(const Json value,
                     codec::parse_json(to_string(plain), {records::kMaxLetter, 8}));
    if (!value.is_object()) return bad("no object");
    return read_letter(value.get_object());
}

} // namespace salus::records_client
