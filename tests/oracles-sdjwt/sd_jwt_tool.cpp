// Issues, presents and verifies SD-JWTs as sdJwt.test.ts asks: an object of JSON on standard input,
// one on standard output. For tests alone: its keys come from a seed.
#include <iostream>
#include <iterator>

#include "codec/base64url.hpp"
#include "envelope/sd_jwt_make.hpp"
#include "passport/presentation_holder.hpp"
#include "passport/presentation_issue.hpp"

namespace {

using namespace salus;
using codec::Json;
namespace json = codec::json;

std::string text_of(const json::object& from, const char* name) {
    return codec::json_string(from, name).value_or("");
}

json::object jwk_of(const crypto::SecretKey32& key) {
    const auto point = crypto::p256::public_key(key).value();
    const ByteView bytes(point.bytes);
    return {{"kty", "EC"},
            {"crv", "P-256"},
            {"x", codec::base64url_encode(bytes.first(32))},
            {"y", codec::base64url_encode(bytes.subspan(32))}};
}

crypto::SecretKey32 secret_of(const json::object& jwk) {
    const Bytes bytes = codec::base64url_decode(text_of(jwk, "d")).value();
    return crypto::SecretKey32(right_aligned<32>(bytes));
}

Result<json::object> issue(const json::object& ask) {
    SystemRandom random;
    const auto key = crypto::p256::generate(random);
    envelope::SdMaker maker(random);
    json::object payload = ask.at("payload").as_object();
    std::vector<std::string> digests{maker.decoy()};
    for (const auto& member : ask.at("disclose").as_object()) {
        digests.push_back(maker.property(std::string_view(member.key()), member.value()));
    }
    for (const auto& member : ask.at("nested").as_object()) {
        std::vector<std::string> inner{maker.decoy()};
        for (const auto& part : member.value().as_object()) {
            inner.push_back(maker.property(std::string_view(part.key()), part.value()));
        }
        json::object content;
        envelope::put_digests(content, inner);
        digests.push_back(maker.property(std::string_view(member.key()), content));
    }
    for (const auto& member : ask.at("lists").as_object()) {
        json::array items;
        for (const Json& item : member.value().as_array()) items.push_back(maker.element(item));
        payload[member.key()] = std::move(items);
    }
    envelope::put_digests(payload, digests);
    const envelope::JwsMember type{"typ", "example+sd-jwt"};
    SALUS_TRY_ASSIGN(const auto out,
                     envelope::sd_jwt_issue({&type, 1}, payload, maker.disclosures(), key));
    return json::object{{"text", out.text()}, {"issuer", jwk_of(key)}};
}

Result<json::object> present(const json::object& ask) {
    std::vector<std::string> paths;
    for (const Json& path : ask.at("paths").as_array()) paths.emplace_back(path.as_string());
    SALUS_TRY_ASSIGN(const auto whole, envelope::sd_jwt_split(text_of(ask, "text")));
    SALUS_TRY_ASSIGN(auto chosen, envelope::sd_select(whole, paths));
    const envelope::KeyBinding binding{ask.at("iat").to_number<std::int64_t>(), text_of(ask, "aud"),
                                       text_of(ask, "nonce")};
    SALUS_TRY(envelope::sd_bind(chosen, binding, secret_of(ask.at("holder").as_object())));
    return json::object{{"text", chosen.text()}};
}

Result<json::object> verify(const json::object& ask) {
    const json::object confirmation{{"cnf", json::object{{"jwk", ask.at("issuer")}}}};
    SALUS_TRY_ASSIGN(const auto key, envelope::sd_holder_key(confirmation));
    envelope::SdJwtPolicy policy;
    policy.now = ask.at("now").to_number<std::int64_t>();
    if (ask.contains("nonce")) {
        policy.binding = envelope::KeyBindingPolicy{};
        policy.binding->now = policy.now;
        policy.binding->nonce = text_of(ask, "nonce");
        policy.binding->audiences = {text_of(ask, "aud")};
    }
    SALUS_TRY_ASSIGN(
        const auto out,
        envelope::sd_jwt_verify(
            text_of(ask, "text"), [&](const envelope::ReadJwt&) { return Result(key); }, policy));
    return json::object{{"payload", out.payload}};
}

// A vaccination, shown as the wallet shows it.
Result<json::object> vaccination(const json::object& ask) {
    SystemRandom random;
    const auto key = crypto::p256::generate(random);
    const auto holder = crypto::p256::generate(random);
    SALUS_TRY_ASSIGN(const auto holder_key, crypto::p256::public_key(holder));
    passport::PresentationTerms terms;
    terms.now = ask.at("now").to_number<std::int64_t>();
    terms.key_not_after = terms.now + 400 * 86'400;
    SALUS_TRY_ASSIGN(const auto batch,
                     passport::issue_presentations(terms, ask.at("claims").as_object(),
                                                   {&holder_key, 1}, key, random));
    passport::Showing showing;
    showing.now = terms.now;
    showing.nonce = text_of(ask, "nonce");
    for (const Json& field : ask.at("fields").as_array()) {
        showing.fields.emplace_back(field.as_string());
    }
    SALUS_TRY_ASSIGN(const auto shown, passport::present(batch.front(), holder, showing, random));
    SALUS_TRY_ASSIGN(const auto back, passport::read_presentation(shown.text));
    return json::object{
        {"code", shown.text}, {"text", back.sd_jwt.text()}, {"issuer", jwk_of(key)}};
}

Result<json::object> answer(const json::object& ask) {
    const std::string what = text_of(ask, "do");
    if (what == "issue") return issue(ask);
    if (what == "present") return present(ask);
    if (what == "vaccination") return vaccination(ask);
    return verify(ask);
}

} // namespace

int main() {
    const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
    const auto ask = codec::parse_json(input);
    if (!ask.ok() || !ask->is_object()) return 1;
    auto out = answer(ask->get_object());
    std::cout << codec::print_json(out.ok() ? Json(std::move(*out))
                                            : Json(json::object{{"error", out.error().name()}}))
              << '\n';
    return 0;
}
