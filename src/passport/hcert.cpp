#include "passport/hcert.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "codec/base45.hpp"
#include "codec/cbor_json.hpp"
#include "codec/deflate.hpp"
#include "passport/commitment.hpp"

namespace salus::passport {

namespace {

using codec::Cbor;

constexpr std::string_view kPrefix = "HC1:";
constexpr std::int64_t kDccKey = 1;
constexpr std::int64_t kIcvpKey = -6;
constexpr Byte kZlibMagic = 0x78; // RFC 1950: deflate with a window of 32 KiB

Cbor binding_cbor(const CertificateContent& content) {
    Cbor out = Cbor::map();
    out.set(1, Cbor::unsigned_integer(content.binding.chain_id));
    out.set(2, Cbor::bytes(content.binding.contract.bytes));
    out.set(3, Cbor::bytes(content.binding.issuer.bytes));
    out.set(4, Cbor::bytes(content.binding.facts_commitment.bytes));
    if (content.kind == ContentKind::facts) {
        out.set(5, codec::cbor_from_json(codec::Json(content.content)));
    }
    if (content.binding.replaces) out.set(6, Cbor::bytes(content.binding.replaces->bytes));
    return out;
}

template <std::size_t N>
bool read_fixed(const Cbor* value, FixedBytes<N>& out) {
    const Bytes* bytes = value == nullptr ? nullptr : value->if_bytes();
    if (bytes == nullptr || bytes->size() != N) return false;
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return true;
}

Result<ChainBinding> read_binding(const Cbor& claim) {
    ChainBinding out;
    const Cbor* chain = claim.find(1);
    const auto chain_id = chain == nullptr ? std::nullopt : chain->as_unsigned();
    if (!chain_id || !read_fixed(claim.find(2), out.contract) ||
        !read_fixed(claim.find(3), out.issuer) ||
        !read_fixed(claim.find(4), out.facts_commitment)) {
        return Error(kBadBinding, "claim -65601 lacks a member or has one of a wrong form");
    }
    out.chain_id = *chain_id;
    if (const Cbor* replaces = claim.find(6)) {
        if (!read_fixed(replaces, out.replaces.emplace())) {
            return Error(kBadBinding, "member 6 of claim -65601 is no commitment");
        }
    }
    return out;
}

Result<Bytes> inflate_certificate(Bytes packed) {
    if (packed.empty() || packed[0] != kZlibMagic) {
        return Error(kBadCompression, "it is not compressed as the standard asks for");
    }
    auto out = codec::inflate(packed, codec::Deflate::zlib, kMaxInflated);
    if (out.ok()) return out;
    if (out.error().kind() == codec::kInflateTooLarge) {
        return Error(kBomb, "it unpacks to more than 64 KiB");
    }
    return Error(kBadCompression, "the compressed part is damaged");
}

Result<Bytes> unwrap(std::string_view text) {
    if (text.size() > 4 * kMaxText) return Error(kTooLong, "no QR code holds so much text");
    text = trimmed(text);
    if (text.empty()) return Error(kEmptyText, "there is no text");
    if (text.size() > kMaxText) return Error(kTooLong, "no QR code holds so much text");
    if (!text.starts_with(kPrefix))
        return Error(kNotHcert, "this is no text of a health certificate");
    auto packed = codec::base45_decode(text.substr(kPrefix.size()));
    if (!packed.ok()) return Error(kBadText, "after HC1: comes base45, this is not");
    if (packed->empty()) return Error(kEmptyText, "nothing comes after HC1:");
    return inflate_certificate(std::move(*packed));
}

void read_content(const Cbor& claims, const Cbor* salus, Certificate& out) {
    const Cbor* health = claims.find(envelope::kClaimHcert);
    const auto in_health = [health](std::int64_t key) {
        return health == nullptr ? nullptr : health->find(key);
    };
    struct Place {
        ContentKind kind;
        const Cbor* content;
    };
    for (const Place& place :
         {Place{ContentKind::dcc, in_health(kDccKey)},
          Place{ContentKind::icvp, in_health(kIcvpKey)},
          Place{ContentKind::facts, salus == nullptr ? nullptr : salus->find(5)}}) {
        if (place.content == nullptr) continue;
        if (place.content->if_map() == nullptr) return;
        auto as_json = codec::json_from_cbor(*place.content);
        if (!as_json.ok()) return;
        out.kind = place.kind;
        out.content = std::move(*as_json);
        return;
    }
}

struct LongText {
    std::string path;
    std::size_t size;
};

void collect_texts(const codec::Json& value, const std::string& path, std::vector<LongText>& out) {
    if (const auto* text = value.if_string()) out.push_back({path, text->size()});
    if (const auto* object = value.if_object()) {
        for (const auto& member : *object) {
            const std::string key(member.key());
            collect_texts(member.value(), path.empty() ? key : fmt::format("{}.{}", path, key),
                          out);
        }
    }
    if (const auto* array = value.if_array()) {
        for (std::size_t i = 0; i < array->size(); ++i) {
            collect_texts((*array)[i], fmt::format("{}[{}]", path, i), out);
        }
    }
}

Error too_much(const CertificateContent& content, std::size_t size) {
    constexpr std::size_t kNamed = 3;
    std::vector<LongText> texts;
    collect_texts(codec::Json(content.content), "", texts);
    std::ranges::stable_sort(texts, std::ranges::greater(), &LongText::size);
    if (texts.size() > kNamed) texts.resize(kNamed);
    std::string longest;
    for (const LongText& text : texts) {
        longest +=
            fmt::format("{}{} ({} bytes)", longest.empty() ? "" : ", ", text.path, text.size);
    }
    return Error(kTooMuch, fmt::format("a certificate of {} characters, where one QR code that "
                                       "scans holds {}: shorten the longest texts, {}",
                                       size, kMaxIssuedText, longest));
}

} // namespace

Result<SignedCertificate> encode_hcert(const CertificateContent& content, const Kid& kid,
                                       const crypto::SecretKey32& key) {
    envelope::Cwt token;
    token.issuer = content.issuer;
    token.issued = content.issued;
    token.expires = content.expires;
    Cbor others = Cbor::map();
    token.not_before = content.not_before;
    if (content.kind != ContentKind::facts) {
        Cbor health = Cbor::map();
        health.set(content.kind == ContentKind::dcc ? kDccKey : kIcvpKey,
                   codec::cbor_from_json(codec::Json(content.content)));
        others.set(envelope::kClaimHcert, std::move(health));
    }
    others.set(kClaimSalus, binding_cbor(content));
    const Bytes payload = envelope::cwt_encode(token, others);
    SALUS_TRY_ASSIGN(const Bytes message, envelope::cose_sign1(payload, kid.bytes, key));
    const Bytes packed = codec::deflate(message, codec::Deflate::zlib);
    std::string text = std::string(kPrefix) + codec::base45_encode(packed);
    if (text.size() > kMaxIssuedText) return too_much(content, text.size());
    return SignedCertificate{std::move(text), commitment_of(payload)};
}

Result<Certificate> decode_hcert(std::string_view text) {
    SALUS_TRY_ASSIGN(const Bytes message, unwrap(text));
    Certificate out;
    auto cose = envelope::cose_decode(message);
    if (!cose.ok()) return Error(kBadEnvelope, cose.error().detail());
    out.message = std::move(*cose);
    auto cwt = envelope::cwt_decode(out.message.payload);
    if (!cwt.ok()) return Error(kBadClaims, cwt.error().detail());
    out.issuer = cwt->issuer;
    out.issued = cwt->issued;
    out.not_before = cwt->not_before;
    out.expires = cwt->expires;
    const Cbor* salus = cwt->claim(kClaimSalus);
    if (salus != nullptr) {
        SALUS_TRY_ASSIGN(out.binding, read_binding(*salus));
    } else if (cwt->claim(envelope::kClaimHcert) == nullptr) {
        return Error(kNoContent, "the token holds no health certificate");
    }
    read_content(cwt->claims, salus, out);
    return out;
}

std::string_view hint_of(const ErrorKind& kind) {
    if (kind == kEmptyText) return "Scan or paste the code again.";
    if (kind == kTooLong) return "Paste the text of one QR code alone.";
    if (kind == kNotHcert) return kBeginnings;
    if (kind == kBadText || kind == kBadCompression) {
        return "The code is damaged or cut off: scan it again, whole.";
    }
    if (kind == kBomb) return "No certificate is so large: do not trust where it comes from.";
    if (kind == kNoContent) return "This is a signed token, but no health certificate.";
    return "The code was not made by a program that follows the standard.";
}

} // namespace salus::passport
