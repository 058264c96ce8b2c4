#include "envelope/jws.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "codec/base64url.hpp"
#include "crypto/hash.hpp"

namespace salus::envelope {
namespace {

using codec::Json;

constexpr codec::JsonLimits kHeaderLimits{1024, 4};
constexpr std::size_t kMaxValue = 128; // characters of a header's member

Status check_algorithm(const codec::json::object& header) {
    const auto algorithm = codec::json_string(header, "alg");
    if (!algorithm.ok() || *algorithm != "ES256") return Error(kJwsAlgorithm);
    if (header.contains("crit")) return Error(kJwsCritical);
    if (header.contains("b64")) return Error(kJwsUnencoded);
    return ok_status();
}

Status check_header(const codec::json::object& header, std::span<const JwsMember> members) {
    SALUS_TRY(check_algorithm(header));
    for (const JwsMember& wanted : members) {
        const auto value = codec::json_string(header, wanted.name);
        const bool good = value.ok() && !value->empty() && value->size() <= kMaxValue &&
                          (wanted.value.empty() || *value == wanted.value);
        if (!good) return Error(kJwsHeader, std::string(wanted.name));
    }
    if (header.size() != members.size() + 1) return Error(kJwsHeader, "members beside these");
    return ok_status();
}

} // namespace

std::optional<CompactJws> split_compact(std::string_view text) {
    const std::size_t first = text.find('.');
    const std::size_t second = first == text.npos ? text.npos : text.find('.', first + 1);
    if (second == text.npos || text.find('.', second + 1) != text.npos) return std::nullopt;
    return CompactJws{text.substr(0, first), text.substr(first + 1, second - first - 1),
                      text.substr(second + 1), text.substr(0, second)};
}

std::optional<codec::json::object> read_json_part(std::string_view part,
                                                  const codec::JsonLimits& limits) {
    if (part.size() > limits.bytes * 2) return std::nullopt;
    const auto bytes = codec::base64url_decode(part);
    if (!bytes.ok()) return std::nullopt;
    auto json = codec::parse_json(to_string(*bytes), limits);
    if (!json.ok() || !json->is_object()) return std::nullopt;
    return std::move(json->get_object());
}

std::string Jws::member(std::string_view name) const {
    auto value = codec::json_string(header, name);
    return value.ok() ? std::move(value).value() : std::string();
}

Result<Jws> jws_decode(std::string_view text, std::span<const JwsMember> members,
                       std::size_t most_characters) {
    if (text.size() > most_characters) {
        return Error(kJwsTooLong, fmt::format("{} characters", text.size()));
    }
    const auto parts = split_compact(text);
    if (!parts) return Error(kJwsMalformed, "three parts");
    auto header = read_json_part(parts->header, kHeaderLimits);
    if (!header) return Error(kJwsMalformed, "the header is no JSON object");
    SALUS_TRY(check_header(*header, members));
    auto payload = codec::base64url_decode(parts->payload);
    if (!payload.ok()) return Error(kJwsMalformed, "the payload is not base64url");
    const auto signature = codec::base64url_decode(parts->signature);
    if (!signature.ok()) return Error(kJwsMalformed, "the signature is not base64url");
    Jws out;
    if (signature->size() != out.signature.size()) {
        return Error(kJwsSignatureForm, fmt::format("{} bytes", signature->size()));
    }
    std::copy(signature->begin(), signature->end(), out.signature.begin());
    out.header = std::move(*header);
    out.payload = std::move(*payload);
    out.digest = crypto::sha256(view(parts->signed_text));
    return out;
}

Status jws_verify(const Jws& message, const crypto::p256::Verifier& key) {
    if (!key.verify(message.digest, message.signature)) return Error(kJwsSignature);
    return ok_status();
}

Result<std::string> jws_sign(std::span<const JwsMember> members, ByteView payload,
                             const crypto::SecretKey32& key) {
    codec::json::object header{{"alg", "ES256"}};
    for (const JwsMember& member : members) {
        SALUS_ASSERT(!member.value.empty() && member.value.size() <= kMaxValue);
        header.emplace(member.name, member.value);
    }
    std::string out = codec::base64url_encode(view(codec::print_json(Json(std::move(header)))));
    out += '.';
    out += codec::base64url_encode(payload);
    SALUS_TRY_ASSIGN(const auto signature, crypto::p256::sign(key, crypto::sha256(view(out))));
    return out + '.' + codec::base64url_encode(signature.bytes);
}

} // namespace salus::envelope
