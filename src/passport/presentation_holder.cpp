#include "passport/presentation_holder.hpp"

#include "codec/base64url.hpp"
#include "envelope/sd_jwt_make.hpp"
#include "passport/presentation_form.hpp"

namespace salus::passport {
namespace {

constexpr std::string_view kAgePrefix = "age_over_";

bool is_name(std::string_view path) {
    return path == "/family_name" || path == "/given_name";
}

void add_paths(const std::string& field, const std::vector<envelope::DisclosedClaim>& outline,
               std::vector<std::string>& out) {
    if (field == "name" || field == "all") {
        for (const auto& claim : outline) {
            if (field == "all" || is_name(claim.path)) out.push_back(claim.path);
        }
    } else if (field.starts_with(kAgePrefix)) {
        out.push_back("/" + std::string(kAgeField) + "/" + field.substr(kAgePrefix.size()));
    } else {
        out.push_back("/" + field);
    }
}

Result<envelope::SdJwt> choose(const envelope::SdJwt& credential,
                               const std::vector<std::string>& fields) {
    SALUS_TRY_ASSIGN(const auto outline, envelope::sd_outline(credential));
    std::vector<std::string> paths;
    for (const std::string& field : fields) add_paths(field, outline, paths);
    auto out = envelope::sd_select(credential, paths);
    if (out.ok() || !(out.error().kind() == envelope::kSdJwtSelection)) return out;
    return Error(kNoSuchField, out.error().detail().substr(1));
}

Status check_holder(const envelope::SdJwt& credential, const crypto::p256::PublicKey& holder) {
    SALUS_TRY_ASSIGN(const auto jwt, envelope::sd_read_issuer_jwt(credential.issuer_jwt));
    SALUS_TRY_ASSIGN(const auto bound, envelope::sd_holder_key(jwt.payload));
    return bound == holder ? ok_status() : Status(Error(kNotMine));
}

} // namespace

Result<CredentialContent> receive_credential(const envelope::SdJwt& credential,
                                             const crypto::p256::PublicKey& issuer,
                                             const crypto::p256::PublicKey& holder,
                                             std::int64_t now) {
    envelope::SdJwtPolicy policy;
    policy.type = kPresentationType;
    policy.now = now;
    SALUS_TRY_ASSIGN(
        auto verified,
        envelope::sd_jwt_verify(
            credential.text(), [&](const envelope::ReadJwt&) { return Result(issuer); }, policy));
    SALUS_TRY(check_holder(credential, holder));
    SALUS_TRY_ASSIGN(const auto jwt, envelope::sd_read_issuer_jwt(credential.issuer_jwt));
    SALUS_TRY_ASSIGN(const PresentationBase base, presentation_base(jwt));
    CredentialContent out;
    out.issued = base.issued;
    out.expires = base.expires;
    for (const std::string_view field : kPresentationFields) {
        const codec::Json* value = codec::json_find(verified.payload, field);
        if (value != nullptr) out.claims.emplace(field, *value);
    }
    return out;
}

Result<Shown> present(const envelope::SdJwt& credential, const crypto::SecretKey32& holder,
                      const Showing& showing, Random& random) {
    SALUS_TRY_ASSIGN(const auto key, crypto::p256::public_key(holder));
    SALUS_TRY(check_holder(credential, key));
    Shown out;
    SALUS_TRY_ASSIGN(out.sd_jwt, choose(credential, showing.fields));
    envelope::KeyBinding binding;
    binding.issued_at = showing.now;
    binding.audience = showing.audience.empty() ? std::string(kAnyVerifier) : showing.audience;
    binding.nonce =
        showing.nonce ? *showing.nonce : codec::base64url_encode(random.bytes<6>().bytes);
    SALUS_TRY(envelope::sd_bind(out.sd_jwt, binding, holder));
    SALUS_TRY_ASSIGN(out.text, compact_presentation(out.sd_jwt));
    if (!codec::qr_encode(out.text).ok()) return Error(kPresentationTooMuch);
    return out;
}

} // namespace salus::passport
