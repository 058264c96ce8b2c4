#include "envelope/sd_jwt_make.hpp"

#include <algorithm>

#include "codec/base64url.hpp"
#include "envelope/sd_jwt_process.hpp"

namespace salus::envelope {
namespace {

using codec::Json;
namespace json = codec::json;

bool covers(std::string_view wanted, std::string_view path) {
    return path.starts_with(wanted) && (path.size() == wanted.size() || path[wanted.size()] == '/');
}

} // namespace

std::string SdMaker::keep(json::array content) {
    disclosures_.push_back(
        codec::base64url_encode(view(codec::print_json(Json(std::move(content))))));
    return sd_digest(disclosures_.back());
}

std::string SdMaker::property(std::string_view name, const Json& value) {
    SALUS_ASSERT(name != "_sd" && name != "..." && name != "_sd_alg");
    return keep({codec::base64url_encode(random_.bytes<16>().bytes), name, value});
}

Json SdMaker::element(const Json& value) {
    return json::object{{"...", keep({codec::base64url_encode(random_.bytes<16>().bytes), value})}};
}

std::string SdMaker::decoy() {
    return sd_digest(codec::base64url_encode(random_.bytes<32>().bytes));
}

void put_digests(json::object& into, std::vector<std::string> digests) {
    std::sort(digests.begin(), digests.end());
    into["_sd"] = json::array(digests.begin(), digests.end());
}

Result<SdJwt> sd_jwt_issue(std::span<const JwsMember> members, const json::object& payload,
                           std::vector<std::string> disclosures, const crypto::SecretKey32& key) {
    SdJwt out;
    const std::string text = codec::print_json(Json(payload));
    SALUS_TRY_ASSIGN(out.issuer_jwt, jws_sign(members, view(text), key));
    out.disclosures = std::move(disclosures);
    return out;
}

Result<std::vector<DisclosedClaim>> sd_outline(const SdJwt& sd_jwt) {
    SALUS_TRY_ASSIGN(const ReadJwt jwt, sd_read_issuer_jwt(sd_jwt.issuer_jwt));
    SdProcessor processor(sd_jwt.disclosures);
    SALUS_TRY(processor.run(jwt.payload));
    return processor.take_outline();
}

Result<SdJwt> sd_select(const SdJwt& sd_jwt, std::span<const std::string> paths) {
    SALUS_TRY_ASSIGN(const auto outline, sd_outline(sd_jwt));
    std::vector<bool> chosen(sd_jwt.disclosures.size(), false);
    std::vector<std::optional<std::size_t>> parents(sd_jwt.disclosures.size());
    for (const DisclosedClaim& claim : outline) parents[claim.disclosure] = claim.parent;
    for (const std::string& path : paths) {
        bool any = false;
        for (const DisclosedClaim& claim : outline) {
            if (!covers(path, claim.path)) continue;
            any = true;
            for (auto at = std::optional(claim.disclosure); at; at = parents[*at]) {
                chosen[*at] = true;
            }
        }
        if (!any) return Error(kSdJwtSelection, path);
    }
    SdJwt out;
    out.issuer_jwt = sd_jwt.issuer_jwt;
    for (const DisclosedClaim& claim : outline) {
        if (chosen[claim.disclosure]) {
            out.disclosures.push_back(sd_jwt.disclosures[claim.disclosure]);
        }
    }
    return out;
}

Status sd_bind(SdJwt& sd_jwt, const KeyBinding& binding, const crypto::SecretKey32& holder) {
    const json::object payload{{"iat", binding.issued_at},
                               {"aud", binding.audience},
                               {"nonce", binding.nonce},
                               {"sd_hash", sd_digest(sd_jwt.bound_text())}};
    const JwsMember type{"typ", kBindingTyp};
    const std::string text = codec::print_json(Json(payload));
    SALUS_TRY_ASSIGN(sd_jwt.key_binding, jws_sign({&type, 1}, view(text), holder));
    return ok_status();
}

} // namespace salus::envelope
