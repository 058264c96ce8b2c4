#include "passport/trust_source.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "codec/base64url.hpp"
#include "codec/utf8.hpp"
#include "crypto/hash.hpp"
#include "passport/json_fields.hpp"
#include "passport/setup.hpp"
#include "passport/shc_card.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;
namespace x509 = crypto::x509;
using codec::Json;

constexpr std::uint64_t kFormat = 1;
constexpr std::string_view kSigner = "signer";
constexpr std::string_view kAuthority = "authority";
constexpr std::int64_t kLongest = std::int64_t{366} * 86'400;

json::object entry_json(const TrustSource::Entry& entry) {
    return {{"certificate", codec::base64_encode(entry.certificate.der)},
            {"country", entry.country},
            {"role", entry.authority ? kAuthority : kSigner}};
}

json::object issuer_json(const TrustSource::Issuer& issuer) {
    json::array revocations;
    for (const ShcRevocations& list : issuer.revocations) {
        revocations.push_back(Json(shc_crl_print(list)));
    }
    return {{"iss", issuer.iss},
            {"name", issuer.name},
            {"jwks", envelope::jwks_print(issuer.keys)},
            {"revocations", std::move(revocations)}};
}

Result<TrustSource::Entry> read_entry(const json::object& object) {
    TrustSource::Entry out;
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(object, "certificate"));
    SALUS_TRY_ASSIGN(const Bytes der, codec::base64_decode(text));
    SALUS_TRY_ASSIGN(out.certificate, x509::parse(der));
    SALUS_TRY_ASSIGN(out.country, codec::json_string(object, "country"));
    SALUS_TRY_ASSIGN(const std::string role, codec::json_string(object, "role"));
    out.authority = role == kAuthority;
    if (!out.authority && role != kSigner) return Error(kBadTrustSource, "role");
    if (out.authority && !out.certificate.is_ca) return Error(x509::kNotCa);
    return out;
}

Result<TrustSource::Issuer> read_issuer(const json::object& object) {
    TrustSource::Issuer out;
    SALUS_TRY_ASSIGN(out.iss, codec::json_string(object, "iss"));
    if (!is_shc_issuer(out.iss)) return Error(kShcIssuerUrl, out.iss);
    SALUS_TRY_ASSIGN(out.name, codec::json_string(object, "name"));
    SALUS_TRY_ASSIGN(const std::string keys, codec::json_string(object, "jwks"));
    SALUS_TRY_ASSIGN(out.keys, envelope::jwks_parse(keys));
    SALUS_TRY_ASSIGN(const json::array* lists, codec::json_array(object, "revocations"));
    for (const Json& list : *lists) {
        if (!list.is_string()) return Error(codec::kJsonWrongType, "revocations");
        const auto& text = list.get_string();
        SALUS_TRY_ASSIGN(ShcRevocations read, shc_crl_parse({text.data(), text.size()}));
        out.revocations.push_back(std::move(read));
    }
    return out;
}

Result<SourceInfo> read_info(const json::object& object) {
    SourceInfo out;
    SALUS_TRY_ASSIGN(const std::uint64_t version, codec::json_u64(object, "version"));
    if (version != kFormat) return Error(kBadTrustSource, "a version this program does not know");
    SALUS_TRY_ASSIGN(out.name, codec::json_string(object, "name"));
    SALUS_TRY_ASSIGN(out.origin, codec::json_string(object, "origin"));
    SALUS_TRY_ASSIGN(out.digest, hex_at<32>(object, "digest"));
    if (codec::json_find(object, "signer") != nullptr) {
        SALUS_TRY_ASSIGN(out.signer, hex_at<64>(object, "signer"));
    }
    SALUS_TRY_ASSIGN(out.fetched_at, seconds_at(object, "fetchedAt"));
    SALUS_TRY_ASSIGN(out.use_until, seconds_at(object, "useUntil"));
    SALUS_TRY_ASSIGN(out.country, codec::json_string(object, "country"));
    SALUS_TRY_ASSIGN(out.purposes, purposes_at(object, "purposes"));
    return out;
}

template <class Item, class Read>
Status read_items(const json::object& object, const char* key, std::vector<Item>& out, Read read) {
    SALUS_TRY_ASSIGN(const json::array* items, codec::json_array(object, key));
    if (items->size() > kMaxSourceEntries) return Error(kBadTrustSource, "too many entries");
    out.reserve(items->size());
    for (std::size_t i = 0; i < items->size(); ++i) {
        const std::string place = fmt::format("{}[{}]", key, i);
        const json::object* item = (*items)[i].if_object();
        if (item == nullptr) return Error(codec::kJsonWrongType, place);
        auto one = read(*item);
        if (!one.ok()) return std::move(one).error().at(place);
        out.push_back(std::move(*one));
    }
    return ok_status();
}

Result<TrustSource> read_source(const json::object& object) {
    TrustSource out;
    SALUS_TRY_ASSIGN(out.info, read_info(object));
    SALUS_TRY(read_items(object, "certificates", out.certificates, read_entry));
    SALUS_TRY(read_items(object, "issuers", out.issuers, read_issuer));
    return out;
}

// What the caller can act on keeps its name; a field that is missing or of another type is the
// file's fault.
Error as_file_fault(Error error) {
    if (error.name().starts_with("json.") || error.name().starts_with("hex.")) {
        return Error(kBadTrustSource, error.text());
    }
    return error;
}

} // namespace

Status check_source(const SourceInfo& info) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    };
    const std::string& name = info.name;
    const bool good = !name.empty() && name.size() <= 64 && name.front() != '.' &&
                      std::all_of(name.begin(), name.end(), fits);
    if (!good) return Error(kTrustSourceName, name.substr(0, 80));
    if (!codec::is_utf8(view(info.origin))) return Error(kBadTrustSource, "origin: no UTF-8");
    if (info.fetched_at < 0 || info.use_until < info.fetched_at ||
        info.use_until - info.fetched_at > kLongest) {
        return Error(kTrustSourcePeriod);
    }
    return ok_status();
}

std::string print_trust_source(const TrustSource& source) {
    const SourceInfo& info = source.info;
    json::array certificates, issuers;
    for (const auto& entry : source.certificates) certificates.push_back(entry_json(entry));
    for (const auto& issuer : source.issuers) issuers.push_back(issuer_json(issuer));
    json::object out{{"version", kFormat},
                     {"name", info.name},
                     {"origin", info.origin},
                     {"digest", to_hex0x(info.digest.bytes)},
                     {"fetchedAt", info.fetched_at},
                     {"useUntil", info.use_until},
                     {"country", info.country},
                     {"purposes", purposes_json(info.purposes)},
                     {"certificates", std::move(certificates)},
                     {"issuers", std::move(issuers)}};
    if (info.signer) out["signer"] = to_hex0x(info.signer->bytes);
    return codec::print_json_pretty(out);
}

Result<TrustSource> read_trust_source(std::string_view text) {
    auto parsed = codec::parse_json(text, {.bytes = kMaxTrustSource, .depth = 6});
    if (!parsed.ok()) return Error(kBadTrustSource, parsed.error().text());
    if (!parsed->is_object()) return Error(kBadTrustSource, "the file is no JSON object");
    auto out = read_source(parsed->get_object());
    if (!out.ok()) return as_file_fault(std::move(out).error());
    SALUS_TRY(check_source(out->info));
    if (out->certificates.empty() && out->issuers.empty()) return Error(kTrustSourceEmpty);
    return out;
}

Result<std::shared_ptr<const TrustSources>> TrustSources::make(std::vector<TrustSource> sources) {
    const std::shared_ptr<TrustSources> out(new TrustSources());
    out->sources_ = std::move(sources);
    std::ranges::sort(out->sources_, {},
                      [](const TrustSource& source) { return std::string_view(source.info.name); });
    for (std::size_t i = 0; i < out->sources_.size(); ++i) {
        const std::string& name = out->sources_[i].info.name;
        if (i != 0 && out->sources_[i - 1].info.name == name) return Error(kTrustSourceTwice, name);
        out->add(out->sources_[i]);
    }
    return std::shared_ptr<const TrustSources>(out);
}

void TrustSources::add(const TrustSource& source) {
    for (const TrustSource::Entry& entry : source.certificates) add(source.info, entry);
    for (const TrustSource::Issuer& issuer : source.issuers) {
        by_iss_[issuer.iss].push_back({&source.info, &issuer});
        for (const envelope::Jwk& key : issuer.keys.keys) {
            auto verifier = crypto::p256::Verifier::from(key.key);
            if (verifier.ok()) card_keys_.emplace(&key, std::move(*verifier));
        }
    }
}

void TrustSources::add(const SourceInfo& info, const TrustSource::Entry& entry) {
    if (entry.authority) {
        authorities_.push_back({&info, &entry.certificate, entry.country});
        return;
    }
    const auto purposes = narrowed(purposes_of(entry.certificate), info.purposes);
    auto key = envelope::CoseKey::from(entry.certificate);
    if (!purposes || !key.ok()) return;
    signers_.push_back({&info, &entry.certificate, entry.country, *purposes, std::move(*key)});
    by_kid_[kid_of(entry.certificate)].push_back(&signers_.back());
}

std::span<const ForeignSigner* const> TrustSources::signers(ByteView kid) const {
    if (kid.size() != 8) return {};
    const auto found = by_kid_.find(right_aligned<8>(kid));
    if (found == by_kid_.end()) return {};
    return found->second;
}

std::span<const ForeignIssuer> TrustSources::issuers(std::string_view iss) const {
    const auto found = by_iss_.find(std::string(iss));
    if (found == by_iss_.end()) return {};
    return found->second;
}

std::vector<ForeignShcKey> TrustSources::shc_keys(std::string_view iss,
                                                  std::string_view kid) const {
    std::vector<ForeignShcKey> out;
    for (const ForeignIssuer& known : issuers(iss)) {
        if (const envelope::Jwk* key = known.issuer->keys.find(kid)) {
            out.push_back({known.source, key});
        }
    }
    return out;
}

const crypto::p256::Verifier* TrustSources::card_verifier(const envelope::Jwk* key) const {
    const auto found = card_keys_.find(key);
    return found == card_keys_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> TrustSources::issuer_urls() const {
    std::vector<std::string_view> out;
    out.reserve(by_iss_.size());
    for (const auto& [iss, known] : by_iss_) out.emplace_back(iss);
    std::ranges::sort(out);
    return out;
}

Result<const ForeignAuthority*> TrustSources::authority_of(const x509::Certificate& leaf,
                                                           std::int64_t time) const {
    std::optional<Error> lacked;
    for (const ForeignAuthority& authority : authorities_) {
        if (!(authority.certificate->subject == leaf.issuer)) continue;
        auto status = x509::verify_under(leaf, *authority.certificate, time);
        if (status.ok()) return &authority;
        lacked = std::move(status).error();
    }
    if (lacked) return std::move(*lacked);
    return Error(kNoAuthority, leaf.issuer.country + " " + leaf.issuer.common_name);
}

} // namespace salus::passport
