// The compact form of a presentation: only what the other side cannot compute. The digests of
// disclosed claims, sd_hash, and all fixed text are left out and come back from the template.
#include <algorithm>
#include <unordered_map>

#include "codec/base45.hpp"
#include "codec/base64url.hpp"
#include "codec/cbor_json.hpp"
#include "envelope/sd_jwt_make.hpp"
#include "passport/presentation_form.hpp"

namespace salus::passport {
namespace {

using codec::Cbor;
using codec::Json;
using envelope::SdJwt;
namespace json = codec::json;

constexpr std::uint64_t kVersion = 1;
constexpr std::size_t kMembers = 15;
constexpr std::int64_t kDay = 86'400;
constexpr std::size_t kDigest = 32;
constexpr codec::CborLimits kLimits{8 * 1024, 12, 1024};

Error no_compact(std::string_view what) {
    return Error(kPresentationNotCompact, std::string(what));
}
Error malformed(std::string_view what) {
    return Error(kPresentationForm, std::string(what));
}

// An object that holds digests and nothing else.
const json::array* digests_of(const Json& value) {
    const json::object* object = value.if_object();
    if (object == nullptr || object->size() != 1) return nullptr;
    const Json* digests = codec::json_find(*object, "_sd");
    return digests == nullptr ? nullptr : digests->if_array();
}

class Packer {
public:
    explicit Packer(const SdJwt& sd_jwt) {
        for (const std::string& text : sd_jwt.disclosures) {
            by_digest_.emplace(envelope::sd_digest(text), order_.size());
            order_.push_back(text);
        }
    }

    // Appends [undisclosed digests, [entries]] of one `_sd`.
    Status pack(const json::array& digests, Cbor::Array& out) {
        Bytes hidden;
        std::vector<std::size_t> shown;
        for (const Json& digest : digests) {
            const std::string text = digest.is_string() ? std::string(digest.get_string()) : "";
            const auto found = by_digest_.find(text);
            if (found != by_digest_.end()) {
                shown.push_back(found->second);
                continue;
            }
            const auto bytes = codec::base64url_decode(text);
            if (!bytes.ok() || bytes->size() != kDigest) return no_compact("a digest");
            append(hidden, *bytes);
        }
        std::sort(shown.begin(), shown.end());
        Cbor::Array entries;
        entries.reserve(shown.size());
        for (const std::size_t index : shown) {
            SALUS_TRY_ASSIGN(Cbor packed, entry(order_[index]));
            entries.push_back(std::move(packed));
        }
        out.push_back(Cbor::bytes(hidden));
        out.push_back(Cbor::array(std::move(entries)));
        return ok_status();
    }

private:
    Result<Cbor> entry(const std::string& text) {
        SALUS_TRY_ASSIGN(const envelope::Disclosure read, envelope::sd_read_disclosure(text));
        const auto salt = codec::base64url_decode(read.salt);
        if (!salt.ok() || salt->size() != 16 || !read.name) return no_compact("a disclosure");
        Cbor::Array out{Cbor::bytes(*salt), field(*read.name)};
        const json::array* inner = digests_of(read.value);
        if (inner == nullptr) {
            out.push_back(codec::cbor_from_json(read.value));
        } else {
            SALUS_TRY(pack(*inner, out));
        }
        return Cbor::array(std::move(out));
    }

    static Cbor field(const std::string& name) {
        const auto* found = std::find(kPresentationFields.begin(), kPresentationFields.end(), name);
        if (found == kPresentationFields.end()) return Cbor::text(name);
        return Cbor::unsigned_integer(
            static_cast<std::uint64_t>(found - kPresentationFields.begin()));
    }

    std::unordered_map<std::string, std::size_t> by_digest_;
    std::vector<std::string> order_;
};

class Unpacker {
public:
    // The digests of one `_sd`; disclosures are gathered, a parent before its children.
    Result<std::vector<std::string>> unpack(const Cbor& hidden, const Cbor& entries) {
        const Bytes* bytes = hidden.if_bytes();
        const Cbor::Array* list = entries.if_array();
        if (bytes == nullptr || bytes->size() % kDigest != 0 || list == nullptr) {
            return malformed("digests");
        }
        std::vector<std::string> out;
        for (std::size_t i = 0; i < bytes->size(); i += kDigest) {
            out.push_back(codec::base64url_encode(ByteView(*bytes).subspan(i, kDigest)));
        }
        for (const Cbor& item : *list) {
            SALUS_TRY_ASSIGN(std::string digest, entry(item));
            out.push_back(std::move(digest));
        }
        return out;
    }
    std::vector<std::string> take() { return std::move(disclosures_); }

private:
    Result<std::string> entry(const Cbor& item) {
        const Cbor::Array* parts = item.if_array();
        if (parts == nullptr || parts->size() < 3 || parts->size() > 4) {
            return malformed("a disclosure");
        }
        const Bytes* salt = (*parts)[0].if_bytes();
        SALUS_TRY_ASSIGN(const std::string name, field((*parts)[1]));
        if (salt == nullptr) return malformed("a salt");
        const std::size_t place = disclosures_.size();
        disclosures_.emplace_back();
        SALUS_TRY_ASSIGN(const Json content, value(*parts));
        const json::array whole{codec::base64url_encode(*salt), name, content};
        disclosures_[place] = codec::base64url_encode(view(codec::print_json(Json(whole))));
        return envelope::sd_digest(disclosures_[place]);
    }

    Result<Json> value(const Cbor::Array& parts) {
        if (parts.size() == 3) return codec::json_from_cbor(parts[2]);
        SALUS_TRY_ASSIGN(auto digests, unpack(parts[2], parts[3]));
        json::object out;
        envelope::put_digests(out, std::move(digests));
        return Json(std::move(out));
    }

    static Result<std::string> field(const Cbor& item) {
        if (const std::string* name = item.if_text()) return *name;
        const auto number = item.as_unsigned();
        if (!number || *number >= kPresentationFields.size()) return malformed("a field");
        return std::string(kPresentationFields[*number]);
    }

    std::vector<std::string> disclosures_;
};

template <std::size_t N>
bool read_bytes(const Cbor& item, FixedBytes<N>& out) {
    const Bytes* bytes = item.if_bytes();
    if (bytes == nullptr || bytes->size() != N) return false;
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return true;
}

bool read_day(const Cbor& item, std::int64_t& out) {
    const auto days = item.as_unsigned();
    if (!days || *days > 3'000'000) return false;
    out = static_cast<std::int64_t>(*days) * kDay;
    return true;
}

Result<PresentationBase> read_base(const Cbor::Array& parts) {
    PresentationBase out;
    const auto chain = parts[2].as_unsigned();
    const bool good = chain && read_bytes(parts[1], out.kid) && read_bytes(parts[3], out.issuer) &&
                      read_bytes(parts[4], out.contract) && read_day(parts[5], out.issued) &&
                      read_day(parts[6], out.expires) && read_bytes(parts[7], out.holder);
    if (!good) return malformed("a member");
    out.chain_id = *chain;
    return out;
}

// header.payload.signature of JSON texts that are known.
std::string jwt_text(const json::object& header, const json::object& payload, ByteView signature) {
    return codec::base64url_encode(view(codec::print_json(Json(header)))) + '.' +
           codec::base64url_encode(view(codec::print_json(Json(payload)))) + '.' +
           codec::base64url_encode(signature);
}

json::object header_of(std::span<const envelope::JwsMember> members) {
    json::object out{{"alg", "ES256"}};
    for (const auto& member : members) out.emplace(member.name, member.value);
    return out;
}

Result<std::string> binding_text(const Cbor::Array& parts, const SdJwt& sd_jwt) {
    const auto shown_at = parts[11].as_unsigned();
    const std::string* audience = parts[12].if_text();
    const std::string* nonce = parts[13].if_text();
    crypto::p256::Signature signature;
    if (!shown_at || audience == nullptr || nonce == nullptr || !read_bytes(parts[14], signature)) {
        return malformed("the key binding");
    }
    const json::object payload{{"iat", *shown_at},
                               {"aud", *audience},
                               {"nonce", *nonce},
                               {"sd_hash", envelope::sd_digest(sd_jwt.bound_text())}};
    const envelope::JwsMember type{"typ", envelope::kBindingTyp};
    return jwt_text(header_of({&type, 1}), payload, signature.bytes);
}

Result<SdJwt> expand(const Cbor::Array& parts) {
    SALUS_TRY_ASSIGN(const PresentationBase base, read_base(parts));
    Unpacker unpacker;
    SALUS_TRY_ASSIGN(auto digests, unpacker.unpack(parts[8], parts[9]));
    crypto::p256::Signature signature;
    if (!read_bytes(parts[10], signature)) return malformed("the signature");
    const std::string kid = to_hex(base.kid.bytes);
    const auto members = presentation_header(kid);
    SdJwt out;
    out.issuer_jwt = jwt_text(header_of(members), presentation_payload(base, std::move(digests)),
                              signature.bytes);
    out.disclosures = unpacker.take();
    SALUS_TRY_ASSIGN(out.key_binding, binding_text(parts, out));
    return out;
}

Cbor days(std::int64_t seconds) {
    return Cbor::unsigned_integer(static_cast<std::uint64_t>(seconds / kDay));
}

Status pack_binding(const SdJwt& sd_jwt, Cbor::Array& out) {
    // A key binding is read as an issuer's JWT is: header, payload, signature.
    const auto jwt = envelope::sd_read_issuer_jwt(sd_jwt.key_binding);
    if (!jwt.ok()) return no_compact("the key binding");
    const auto shown_at = codec::json_u64(jwt->payload, "iat");
    const auto audience = codec::json_string(jwt->payload, "aud");
    const auto nonce = codec::json_string(jwt->payload, "nonce");
    if (!shown_at.ok() || !audience.ok() || !nonce.ok()) return no_compact("the key binding");
    out.push_back(Cbor::unsigned_integer(*shown_at));
    out.push_back(Cbor::text(*audience));
    out.push_back(Cbor::text(*nonce));
    out.push_back(Cbor::bytes(jwt->signature.bytes));
    return ok_status();
}

} // namespace

Result<SdJwt> expand_presentation(std::string_view text) {
    const auto packed = codec::base45_decode(text.substr(kPresentationPrefix.size()));
    if (!packed.ok()) return malformed("after SD1: comes base45");
    const auto value = codec::cbor_decode(*packed, kLimits);
    const Cbor::Array* parts = value.ok() ? value->if_array() : nullptr;
    if (parts == nullptr || parts->empty()) return malformed("an array of CBOR");
    if (parts->front().as_unsigned() != kVersion) return Error(kPresentationVersion);
    if (parts->size() != kMembers) return malformed("15 members");
    return expand(*parts);
}

Result<std::string> compact_presentation(const SdJwt& sd_jwt) {
    SALUS_TRY_ASSIGN(const auto jwt, envelope::sd_read_issuer_jwt(sd_jwt.issuer_jwt));
    SALUS_TRY_ASSIGN(const PresentationBase base, presentation_base(jwt));
    const Json* digests = codec::json_find(jwt.payload, "_sd");
    if (digests == nullptr || !digests->is_array()) return no_compact("_sd");
    Cbor::Array out{Cbor::unsigned_integer(kVersion),
                    Cbor::bytes(base.kid.bytes),
                    Cbor::unsigned_integer(base.chain_id),
                    Cbor::bytes(base.issuer.bytes),
                    Cbor::bytes(base.contract.bytes),
                    days(base.issued),
                    days(base.expires),
                    Cbor::bytes(base.holder.bytes)};
    out.reserve(kMembers);
    SALUS_TRY(Packer(sd_jwt).pack(digests->get_array(), out));
    out.push_back(Cbor::bytes(jwt.signature.bytes));
    SALUS_TRY(pack_binding(sd_jwt, out));
    std::string text(kPresentationPrefix);
    text += codec::base45_encode(codec::cbor_encode(Cbor::array(std::move(out))));
    const auto back = expand_presentation(text);
    if (!back.ok() || back->text() != sd_jwt.text()) return no_compact("another form");
    return text;
}

} // namespace salus::passport
