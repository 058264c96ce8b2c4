#include "passport/presentation_form.hpp"

#include <charconv>

#include <fmt/format.h>

#include "codec/base64url.hpp"
#include "envelope/sd_jwt_make.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;

constexpr std::string_view kIssuerPrefix = "did:pkh:eip155:"; // did:pkh, CAIP-10
constexpr std::int64_t kDay = 86'400;

std::string issuer_name(const PresentationBase& base) {
    return fmt::format("{}{}:{}", kIssuerPrefix, base.chain_id, to_hex0x(base.issuer.bytes));
}

bool read_issuer(std::string_view text, PresentationBase& out) {
    if (!text.starts_with(kIssuerPrefix)) return false;
    text.remove_prefix(kIssuerPrefix.size());
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out.chain_id);
    const auto digits = static_cast<std::size_t>(end - text.data());
    if (fault != std::errc() || digits >= text.size() || text[digits] != ':') return false;
    const auto account = address_from_hex(text.substr(digits + 1));
    if (!account.ok()) return false;
    out.issuer = *account;
    return true;
}

bool read_day(const json::object& payload, std::string_view name, std::int64_t& out) {
    const auto seconds = codec::json_u64(payload, name);
    if (!seconds.ok() || *seconds > 253'402'300'799 || *seconds % kDay != 0) return false;
    out = static_cast<std::int64_t>(*seconds);
    return true;
}

} // namespace

json::object presentation_payload(const PresentationBase& base, std::vector<std::string> digests) {
    const ByteView point(base.holder.bytes);
    json::object out{{"iss", issuer_name(base)},
                     {"iat", base.issued},
                     {"exp", base.expires},
                     {"vct", kVaccinationType},
                     {"contract", to_hex0x(base.contract.bytes)},
                     {"cnf",
                      {{"jwk",
                        {{"kty", "EC"},
                         {"crv", "P-256"},
                         {"x", codec::base64url_encode(point.first(32))},
                         {"y", codec::base64url_encode(point.subspan(32))}}}}},
                     {"_sd_alg", "sha-256"}};
    envelope::put_digests(out, std::move(digests));
    return out;
}

std::array<envelope::JwsMember, 2> presentation_header(const std::string& kid) {
    return {envelope::JwsMember{"typ", kPresentationType}, envelope::JwsMember{"kid", kid}};
}

Result<PresentationBase> presentation_base(const envelope::ReadJwt& jwt) {
    PresentationBase out;
    if (jwt.member("typ") != kPresentationType) return Error(kPresentationClaims, "typ");
    const auto kid = fixed_from_hex<8>(jwt.member("kid"));
    if (!kid.ok()) return Error(kPresentationClaims, "kid: 16 hex digits");
    out.kid = *kid;
    const auto type = codec::json_string(jwt.payload, "vct");
    if (!type.ok() || *type != kVaccinationType) return Error(kPresentationClaims, "vct");
    const auto issuer = codec::json_string(jwt.payload, "iss");
    if (!issuer.ok() || !read_issuer(*issuer, out)) return Error(kPresentationClaims, "iss");
    const auto contract = codec::json_string(jwt.payload, "contract");
    const auto account = contract.ok() ? address_from_hex(*contract) : Result<Address>(Address{});
    if (!contract.ok() || !account.ok()) return Error(kPresentationClaims, "contract");
    out.contract = *account;
    if (!read_day(jwt.payload, "iat", out.issued)) return Error(kPresentationClaims, "iat: a day");
    if (!read_day(jwt.payload, "exp", out.expires)) return Error(kPresentationClaims, "exp: a day");
    SALUS_TRY_ASSIGN(out.holder, envelope::sd_holder_key(jwt.payload));
    return out;
}

} // namespace salus::passport
