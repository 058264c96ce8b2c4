#include "passport/presentation.hpp"

#include <mutex>
#include <unordered_map>

#include "codec/base64url.hpp"
#include "crypto/hash.hpp"
#include "passport/presentation_form.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;

Hash32 commitment_of_jwt(std::string_view issuer_jwt) {
    const auto parts = envelope::split_compact(issuer_jwt);
    SALUS_ASSERT(parts.has_value()); // it was read before
    const auto payload = codec::base64url_decode(parts->payload);
    SALUS_ASSERT(payload.ok());
    return crypto::sha256(concat({view("salus/presentation/1"), *payload}));
}

envelope::SdJwtPolicy rfc_policy(const PresentationPolicy& policy) {
    envelope::SdJwtPolicy out;
    out.type = kPresentationType;
    out.now = policy.now;
    envelope::KeyBindingPolicy binding;
    binding.now = policy.now;
    binding.older = binding.newer = policy.nonce ? kNonceSeconds : kPresentationSeconds;
    binding.nonce = policy.nonce;
    if (!policy.audience.empty()) binding.audiences.push_back(policy.audience);
    if (policy.audience.empty() || !policy.named_only) {
        binding.audiences.emplace_back(kAnyVerifier);
    }
    out.binding = std::move(binding);
    return out;
}

} // namespace

bool is_presentation(std::string_view text) {
    // header.payload.signature~…: a JSON object in base64url begins so.
    return text.starts_with(kPresentationPrefix) ||
           (text.starts_with("eyJ") && text.find('~') != std::string_view::npos);
}

Result<Presentation> read_presentation(std::string_view text) {
    if (text.size() > kMaxPresentation) return Error(kPresentationForm, "too long");
    Presentation out;
    if (text.starts_with(kPresentationPrefix)) {
        SALUS_TRY_ASSIGN(out.sd_jwt, expand_presentation(text));
    } else if (is_presentation(text)) {
        SALUS_TRY_ASSIGN(out.sd_jwt, envelope::sd_jwt_split(text));
    } else {
        return Error(kPresentationForm, "it begins neither with SD1: nor as an SD-JWT");
    }
    SALUS_TRY_ASSIGN(const auto jwt, envelope::sd_read_issuer_jwt(out.sd_jwt.issuer_jwt));
    SALUS_TRY_ASSIGN(const PresentationBase base, presentation_base(jwt));
    out.kid = base.kid;
    out.chain.chain_id = base.chain_id;
    out.chain.contract = base.contract;
    out.chain.issuer = base.issuer;
    out.issued = base.issued;
    out.expires = base.expires;
    out.commitment = commitment_of_jwt(out.sd_jwt.issuer_jwt);
    return out;
}

Result<VerifiedPresentation> verify_presentation(const Presentation& presentation,
                                                 const crypto::p256::PublicKey& key,
                                                 const PresentationPolicy& policy) {
    auto verified = envelope::sd_jwt_verify(
        presentation.sd_jwt.text(), [&](const envelope::ReadJwt&) { return Result(key); },
        rfc_policy(policy));
    if (!verified.ok()) {
        Error error = std::move(verified).error();
        if (error.kind() == envelope::kBindingTime) return Error(kPresentationStale);
        return error;
    }
    VerifiedPresentation out;
    for (const auto& member : verified->payload) {
        const std::string_view name(member.key());
        const bool fixed = name == "iss" || name == "iat" || name == "exp" || name == "vct" ||
                           name == "contract" || name == "cnf";
        if (!fixed) out.claims.emplace(name, member.value());
    }
    out.shown_at = verified->binding->issued_at;
    out.audience = std::move(verified->binding->audience);
    out.nonce = std::move(verified->binding->nonce);
    return out;
}

struct SeenPresentations::Impl {
    std::mutex mutex;
    std::unordered_map<Hash32, std::int64_t> seen; // and when
    std::int64_t swept = 0;                        // when the old ones were forgotten last

    // One can be shown again while its moment lies within the window, on either side of now.
    void forget(std::int64_t now) {
        if (now < swept + kNonceSeconds) return;
        std::erase_if(seen,
                      [&](const auto& item) { return item.second + 2 * kNonceSeconds < now; });
        swept = now;
    }
};

SeenPresentations::SeenPresentations() : impl_(std::make_unique<Impl>()) {}
SeenPresentations::~SeenPresentations() = default;

Status SeenPresentations::remember(const Hash32& commitment, std::int64_t now) {
    const std::lock_guard lock(impl_->mutex);
    impl_->forget(now);
    const bool fresh = impl_->seen.emplace(commitment, now).second;
    return fresh ? ok_status() : Status(Error(kPresentationUsed));
}

} // namespace salus::passport
