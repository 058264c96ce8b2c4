#include "passport/trust_import.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "codec/base64url.hpp"
#include "crypto/hash.hpp"
#include "passport/setup.hpp"
#include "passport/shc_card.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;
namespace x509 = crypto::x509;
using codec::Json;

constexpr std::string_view kPemBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kPemEnd = "-----END CERTIFICATE-----";
constexpr std::size_t kSignatureText = 88; // base64 of 64 bytes

std::string text_at(const json::object& object, std::string_view key) {
    const auto value = codec::json_string(object, key);
    return value.ok() ? *value : std::string();
}

// In capital letters; empty where it is none of two or three letters.
std::string country_code(std::string text) {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    const bool letters = std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
    return letters && (text.size() == 2 || text.size() == 3) ? text : std::string();
}

bool is_der(std::string_view content) {
    return content.size() > 2 && content[0] == '\x30' && (content[1] & '\x80') != 0;
}

// {base64 of r‖s, the list below it} where the first line is a signature.
struct SignedLines {
    std::string_view signature, list;
};
SignedLines split_signature(std::string_view content) {
    const std::size_t end = content.find('\n');
    if (end == std::string_view::npos || end > kSignatureText + 1) return {{}, content};
    std::string_view line = content.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.size() != kSignatureText || line.starts_with('{') || line.starts_with('[')) {
        return {{}, content};
    }
    return {line, content.substr(end + 1)};
}

Status check_signature(const SignedLines& lines, const crypto::p256::PublicKey& signer) {
    if (lines.signature.empty()) return Error(kImportUnsigned);
    const auto bytes = codec::base64_decode(lines.signature);
    if (!bytes.ok() || bytes->size() != 64) return Error(kImportSignature, "no base64 of r and s");
    const auto key = crypto::p256::Verifier::from(signer);
    if (!key.ok()) return key.error();
    if (!key->verify(crypto::sha256(view(lines.list)), right_aligned<64>(*bytes))) {
        return Error(kImportSignature, "made by another key, or the list was changed");
    }
    return ok_status();
}

class Importer {
public:
    explicit Importer(const ImportRequest& request) : request_(request) {}

    Status take(const ImportFile& file) {
        file_ = file.name;
        const std::string_view content = file.content;
        if (is_der(content)) {
            note("certificate", add_certificate(view(content), {}));
            return ok_status();
        }
        if (content.find(kPemBegin) != std::string_view::npos) {
            take_pem(content);
            return ok_status();
        }
        const SignedLines lines = split_signature(content);
        auto parsed = codec::parse_json(lines.list, {.bytes = kMaxTrustSource, .depth = 16});
        if (!parsed.ok()) return Error(kImportFormat, file_ + ": " + parsed.error().text());
        if (parsed->is_array()) {
            take_array(parsed->get_array());
            return ok_status();
        }
        if (parsed->is_object()) return take_object(parsed->get_object());
        return Error(kImportFormat, file_);
    }

    Result<Import> finish() {
        if (out_.source.certificates.empty() && out_.source.issuers.empty()) {
            return Error(kTrustSourceEmpty,
                         out_.left_out.empty() ? "no entries" : out_.left_out[0]);
        }
        return std::move(out_);
    }

    Import& out() { return out_; }

private:
    void note(const std::string& where, const Status& status) {
        if (!status.ok()) {
            out_.left_out.push_back(fmt::format("{}, {}: {}", file_, where, status.error().text()));
        }
    }

    // ---- certificates

    Status add_certificate(ByteView der, const std::string& country) {
        SALUS_TRY_ASSIGN(x509::Certificate certificate, x509::parse(der));
        const bool authority = certificate.is_ca;
        return add_certificate(std::move(certificate), country, authority);
    }

    Status add_certificate(x509::Certificate certificate, std::string country, bool authority) {
        if (country.empty()) country = certificate.subject.country;
        if (country.empty()) country = request_.country;
        country = country_code(country);
        if (!request_.country.empty() && country != request_.country) {
            return Error(kImportCountry, country);
        }
        if (!authority && !narrowed(purposes_of(certificate), request_.purposes).has_value()) {
            return Error(kImportPurpose, certificate.subject.common_name);
        }
        if (!seen_.insert(crypto::sha256(certificate.der)).second) {
            return Error(kImportDuplicate, certificate.subject.common_name);
        }
        if (seen_.size() > kMaxSourceEntries) return Error(kBadTrustSource, "too many entries");
        out_.source.certificates.push_back({std::move(certificate), std::move(country), authority});
        return ok_status();
    }

    void take_pem(std::string_view content) {
        for (std::size_t number = 1;; ++number) {
            const std::size_t begin = content.find(kPemBegin);
            if (begin == std::string_view::npos) return;
            content.remove_prefix(begin + kPemBegin.size());
            const std::size_t end = content.find(kPemEnd);
            note(fmt::format("certificate {}", number), take_pem_body(content.substr(0, end)));
            if (end == std::string_view::npos) return;
            content.remove_prefix(end);
        }
    }

    Status take_pem_body(std::string_view body) {
        std::string text;
        std::ranges::copy_if(body, std::back_inserter(text), [](char c) {
            return c != '\n' && c != '\r' && c != ' ' && c != '\t';
        });
        SALUS_TRY_ASSIGN(const Bytes der, codec::base64_decode(text));
        return add_certificate(der, {});
    }

    // ---- lists

    void take_array(const json::array& items) {
        for (std::size_t i = 0; i < items.size(); ++i) {
            const json::object* item = items[i].if_object();
            note(fmt::format("[{}]", i),
                 item == nullptr ? Status(Error(kImportEntry, "no object")) : take_item(*item));
        }
    }

    Status take_item(const json::object& item) {
        if (item.contains("rawData")) return take_dsc(item);
        if (item.contains("keys")) return take_issuer(item);
        return Error(kImportEntry, "neither rawData nor keys");
    }

    Status take_object(const json::object& object) {
        for (const char* list : {"certificates", "issuerInfo"}) {
            if (const auto items = codec::json_array(object, list); items.ok()) {
                take_array(**items);
                return ok_status();
            }
        }
        if (const auto methods = codec::json_array(object, "verificationMethod"); methods.ok()) {
            take_methods(**methods);
            return ok_status();
        }
        if (object.contains("keys")) {
            if (!object.contains("iss") && !object.contains("issuer") && request_.iss.empty()) {
                return Error(kImportIssuer, file_);
            }
            note("key set", take_issuer(object));
            return ok_status();
        }
        return Error(kImportFormat, file_ + ": a JSON object of another kind");
    }

    // ---- the EU DCC gateway

    Status take_dsc(const json::object& item) {
        const auto raw = codec::json_string(item, "rawData");
        if (!raw.ok()) return Error(kImportEntry, "rawData");
        SALUS_TRY_ASSIGN(const Bytes der, codec::base64_decode(*raw));
        SALUS_TRY_ASSIGN(x509::Certificate certificate, x509::parse(der));
        const std::string type = text_at(item, "certificateType");
        if (!type.empty() && type != "DSC" && type != "CSCA") {
            return Error(kImportEntry, "a certificate of type " + type);
        }
        const bool authority = type == "CSCA" || (type.empty() && certificate.is_ca);
        if (authority && !certificate.is_ca) {
            return Error(kImportEntry, "a CSCA without the right to sign certificates");
        }
        SALUS_TRY(check_kid(item, certificate));
        return add_certificate(std::move(certificate), text_at(item, "country"), authority);
    }

    static Status check_kid(const json::object& item, const x509::Certificate& certificate) {
        const std::string text = text_at(item, "kid");
        if (text.empty() || text == codec::base64_encode(kid_of(certificate).bytes)) {
            return ok_status();
        }
        return Error(kImportKid, text);
    }

    // ---- DID documents

    void take_methods(const json::array& methods) {
        for (std::size_t i = 0; i < methods.size(); ++i) {
            const std::string place = fmt::format("verificationMethod[{}]", i);
            const json::object* method = methods[i].if_object();
            note(place, method == nullptr
                            ? Status(Error(kImportEntry, "a reference to another document"))
                            : take_method(*method));
        }
    }

    // x and y are not read: writers pad them in their own ways, and x5c holds the key.
    Status take_method(const json::object& method) {
        const auto jwk = codec::json_object(method, "publicKeyJwk");
        if (!jwk.ok()) return Error(kImportEntry, "publicKeyJwk");
        const auto chain = codec::json_array(**jwk, "x5c");
        if (!chain.ok() || (*chain)->empty() || !(**chain)[0].is_string()) {
            return Error(kImportEntry, "x5c");
        }
        const auto& leaf = (**chain)[0].get_string();
        SALUS_TRY_ASSIGN(const Bytes der, codec::base64_decode({leaf.data(), leaf.size()}));
        SALUS_TRY_ASSIGN(x509::Certificate certificate, x509::parse(der));
        SALUS_TRY(check_kid(**jwk, certificate));
        const bool authority = certificate.is_ca;
        return add_certificate(std::move(certificate), {}, authority);
    }

    // ---- issuers of SMART Health Cards

    Status take_issuer(const json::object& item) {
        TrustSource::Issuer issuer;
        const auto nested = codec::json_object(item, "issuer");
        const json::object& named = nested.ok() ? **nested : item;
        issuer.iss = text_at(named, "iss");
        if (issuer.iss.empty()) issuer.iss = request_.iss;
        if (!is_shc_issuer(issuer.iss)) return Error(kShcIssuerUrl, issuer.iss);
        issuer.name = text_at(named, "name");
        const auto same = [&](const TrustSource::Issuer& other) { return other.iss == issuer.iss; };
        if (std::ranges::any_of(out_.source.issuers, same)) {
            return Error(kImportDuplicate, issuer.iss);
        }
        if (out_.source.issuers.size() == kMaxSourceEntries) {
            return Error(kBadTrustSource, "too many entries");
        }
        SALUS_TRY_ASSIGN(issuer.keys, envelope::jwks_parse(codec::print_json(item)));
        SALUS_TRY(take_revocations(item, issuer));
        out_.source.issuers.push_back(std::move(issuer));
        return ok_status();
    }

    // A list that cannot be read costs the issuer: without it revoked cards would pass.
    static Status take_revocations(const json::object& item, TrustSource::Issuer& issuer) {
        const Json* lists = codec::json_find(item, "crls");
        if (lists == nullptr) return ok_status();
        if (!lists->is_array()) return Error(kImportEntry, "crls");
        for (const Json& list : lists->get_array()) {
            SALUS_TRY_ASSIGN(ShcRevocations read, shc_crl_parse(codec::print_json(list)));
            const envelope::Jwk* key = issuer.keys.find(read.kid);
            if (key == nullptr) return Error(kShcCrlKey, read.kid);
            SALUS_TRY(check_crl_of_key(read, *key));
            issuer.revocations.push_back(std::move(read));
        }
        return ok_status();
    }

    const ImportRequest& request_;
    std::string file_;
    std::set<Hash32> seen_;
    Import out_;
};

} // namespace

Hash32 import_digest(std::span<const ImportFile> files) {
    if (files.size() == 1) return crypto::sha256(view(files[0].content));
    std::vector<std::pair<std::string_view, Hash32>> lines;
    lines.reserve(files.size());
    for (const ImportFile& file : files) {
        lines.emplace_back(file.name, crypto::sha256(view(file.content)));
    }
    std::ranges::sort(lines);
    std::string text;
    for (const auto& [name, digest] : lines) {
        text += fmt::format("{}  {}\n", to_hex(digest.bytes), name);
    }
    return crypto::sha256(view(text));
}

Result<Import> import_trust(std::vector<ImportFile> files, const ImportRequest& request) {
    std::ranges::sort(files, {}, &ImportFile::name);
    Importer importer(request);
    SourceInfo& info = importer.out().source.info;
    info = {request.name,       request.origin,    import_digest(files), request.signer,
            request.fetched_at, request.use_until, request.country,      request.purposes};
    SALUS_TRY(check_source(info));
    if (country_code(request.country) != request.country) {
        return Error(kImportCountry, request.country + ": as DE");
    }
    if (request.digest && *request.digest != info.digest) {
        return Error(kImportPin, "it is " + to_hex(info.digest.bytes));
    }
    for (const ImportFile& file : files) {
        if (request.signer) {
            auto signature = check_signature(split_signature(file.content), *request.signer);
            if (!signature.ok()) return std::move(signature).error().at(file.name);
        }
        SALUS_TRY(importer.take(file));
    }
    return importer.finish();
}

} // namespace salus::passport
