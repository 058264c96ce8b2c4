// Envelopes as text. What is read must be, member for member, what would be written.

#include <set>

#include "codec/canonical_json.hpp"
#include "patient/envelope.hpp"
#include "patient/shares.hpp"

namespace salus::patient {
namespace {

namespace json = codec::json;
namespace secp = crypto::secp256k1;

constexpr std::string_view kFormat = "patient-envelope";
constexpr std::size_t kMaxLabel = 64;
constexpr std::size_t kMaxCredential = 1023;
constexpr std::uint64_t kMaxMade = std::uint64_t{1} << 40;
constexpr std::size_t kSealedRoot = 32 + crypto::kAeadTagSize;

template <std::size_t N>
Result<FixedBytes<N>> hex_of(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(object, key));
    if (text.size() != 2 * N) return Error(kBadEnvelope, std::string(key));
    return fixed_from_hex<N>(text);
}

Result<Bytes> hex_up_to(const json::object& object, std::string_view key, std::size_t most) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(object, key));
    if (text.empty() || text.size() > 2 * most) return Error(kBadEnvelope, std::string(key));
    return from_hex(text);
}

Result<std::string> label_of(const json::object& object) {
    SALUS_TRY_ASSIGN(std::string label, codec::json_string(object, "label"));
    if (label.size() > kMaxLabel) return Error(kBadEnvelope, "label");
    return label;
}

json::object dealt_json(const Dealt& dealt) {
    json::array commitments, shares;
    for (const auto& point : dealt.commitments) {
        commitments.push_back(json::string(to_hex(point.bytes().bytes)));
    }
    for (const HeldShare& share : dealt.shares) {
        shares.push_back(json::object{{"key", to_hex(share.key.bytes)},
                                      {"label", share.label},
                                      {"sealed", to_hex(share.sealed)}});
    }
    return {{"commitments", std::move(commitments)}, {"shares", std::move(shares)}};
}

Result<HeldShare> read_share(const codec::Json& value) {
    if (!value.is_object()) return Error(kBadEnvelope, "shares");
    HeldShare out;
    SALUS_TRY_ASSIGN(out.label, label_of(value.get_object()));
    SALUS_TRY_ASSIGN(out.key, hex_of<33>(value.get_object(), "key"));
    SALUS_TRY(secp::Point::from_bytes(out.key.bytes));
    SALUS_TRY_ASSIGN(const auto sealed, hex_of<kSealedShare>(value.get_object(), "sealed"));
    out.sealed = to_bytes(sealed.bytes);
    return out;
}

Result<Dealt> read_dealt(const json::object& wrap, std::string_view key, std::size_t most) {
    SALUS_TRY_ASSIGN(const json::object* object, codec::json_object(wrap, key));
    SALUS_TRY_ASSIGN(const json::array* commitments, codec::json_array(*object, "commitments"));
    SALUS_TRY_ASSIGN(const json::array* shares, codec::json_array(*object, "shares"));
    if (shares->size() > most || commitments->empty() || commitments->size() > shares->size()) {
        return Error(kGuardians);
    }
    Dealt out;
    out.threshold = commitments->size();
    for (const codec::Json& value : *commitments) {
        if (!value.is_string()) return Error(kBadEnvelope, "commitments");
        SALUS_TRY_ASSIGN(const auto bytes, fixed_from_hex<33>(value.get_string()));
        SALUS_TRY_ASSIGN(secp::Point point, secp::Point::from_bytes(bytes.bytes));
        out.commitments.push_back(std::move(point));
    }
    for (const codec::Json& value : *shares) {
        SALUS_TRY_ASSIGN(HeldShare share, read_share(value));
        out.shares.push_back(std::move(share));
    }
    return out;
}

Result<WrapKind> kind_of(const json::object& object) {
    SALUS_TRY_ASSIGN(const std::string name, codec::json_string(object, "kind"));
    for (const WrapKind kind : {WrapKind::wallet, WrapKind::passkey, WrapKind::passphrase,
                                WrapKind::code, WrapKind::guardians}) {
        if (name == name_of(kind)) return kind;
    }
    return Error(kBadEnvelope, "kind of wrap");
}

Result<crypto::Argon2Cost> read_cost(const json::object& object) {
    crypto::Argon2Cost out;
    SALUS_TRY_ASSIGN(const std::uint64_t kib, codec::json_u64(object, "argon2KiB"));
    if (kib > (1 << 20)) return Error(kArgon2Cost);
    out.memory = kib * 1024;
    SALUS_TRY_ASSIGN(out.passes, codec::json_u64(object, "argon2Passes"));
    SALUS_TRY(check_cost(out));
    return out;
}

Status read_own(const json::object& object, WrapInfo& info, crypto::Argon2Cost& cost) {
    switch (info.kind) {
    case WrapKind::code: return ok_status();
    case WrapKind::wallet: {
        SALUS_TRY_ASSIGN(info.wallet, hex_of<20>(object, "wallet"));
        return ok_status();
    }
    case WrapKind::passkey: {
        SALUS_TRY_ASSIGN(info.credential, hex_up_to(object, "credential", kMaxCredential));
        SALUS_TRY_ASSIGN(info.prf_input, hex_of<32>(object, "prfInput"));
        return ok_status();
    }
    case WrapKind::passphrase: {
        const codec::Json* second = codec::json_find(object, "secondShare");
        if (second == nullptr || !second->is_bool()) return Error(kBadEnvelope, "secondShare");
        info.second_share = second->get_bool();
        SALUS_TRY_ASSIGN(cost, read_cost(object));
        return ok_status();
    }
    case WrapKind::guardians: {
        SALUS_TRY_ASSIGN(info.guardians, read_dealt(object, "guardians", kMaxGuardians));
        SALUS_TRY_ASSIGN(info.nodes, read_dealt(object, "nodes", kMaxNodes));
        return info.guardians->threshold < 2 ? Status(Error(kGuardians)) : ok_status();
    }
    }
    return Error(kBadEnvelope);
}

void add_own(json::object& out, const WrapInfo& info, const crypto::Argon2Cost& cost) {
    if (info.wallet) out["wallet"] = to_hex(info.wallet->bytes);
    if (info.kind == WrapKind::passkey) {
        out["credential"] = to_hex(info.credential);
        out["prfInput"] = to_hex(info.prf_input->bytes);
    }
    if (info.kind == WrapKind::passphrase) {
        out["argon2KiB"] = cost.memory / 1024;
        out["argon2Passes"] = cost.passes;
        out["secondShare"] = info.second_share;
    }
    if (info.guardians) out["guardians"] = dealt_json(*info.guardians);
    if (info.nodes) out["nodes"] = dealt_json(*info.nodes);
}

Error as_envelope_error(const Error& error) {
    const ErrorKind& kind = error.kind();
    if (kind == kBadEnvelope || kind == kEnvelopeVersion || kind == kEnvelopeTooLarge ||
        kind == kArgon2Cost || kind == kGuardians) {
        return error;
    }
    return Error(kBadEnvelope, std::string(error.name()));
}

} // namespace

json::object Envelope::clear_json(const Part& part) {
    json::object out{{"id", to_hex(part.info.id.bytes)},  {"kind", name_of(part.info.kind)},
                     {"label", part.info.label},          {"made", part.info.made},
                     {"nonce", to_hex(part.nonce.bytes)}, {"salt", to_hex(part.info.salt.bytes)}};
    add_own(out, part.info, part.cost);
    return out;
}

Result<Envelope::Part> Envelope::read_part(const json::object& object) {
    Part out;
    SALUS_TRY_ASSIGN(out.info.kind, kind_of(object));
    SALUS_TRY_ASSIGN(out.info.id, hex_of<8>(object, "id"));
    SALUS_TRY_ASSIGN(out.info.label, label_of(object));
    SALUS_TRY_ASSIGN(out.info.made, codec::json_u64(object, "made"));
    if (out.info.made > kMaxMade) return Error(kBadEnvelope, "made");
    SALUS_TRY_ASSIGN(out.info.salt, hex_of<32>(object, "salt"));
    SALUS_TRY_ASSIGN(out.nonce, hex_of<24>(object, "nonce"));
    SALUS_TRY_ASSIGN(const auto sealed, hex_of<kSealedRoot>(object, "sealed"));
    out.sealed = to_bytes(sealed.bytes);
    SALUS_TRY(read_own(object, out.info, out.cost));
    return out;
}

Result<Envelope> Envelope::read(std::string_view text) {
    if (text.size() > kMaxEnvelope) return Error(kEnvelopeTooLarge, "256 KiB");
    const auto parsed = codec::parse_json(text, {.bytes = kMaxEnvelope, .depth = 8});
    if (!parsed.ok()) return Error(kBadEnvelope, parsed.error().text());
    if (!parsed->is_object()) return Error(kBadEnvelope, "an object");
    auto out = read_members(parsed->get_object());
    if (!out.ok()) return as_envelope_error(out.error());
    // No member more, none written otherwise: all of it is authenticated, or nothing is.
    const auto canonical = codec::canonical_json(*parsed);
    if (!canonical.ok() || *canonical != out->text()) {
        return Error(kBadEnvelope, "a member that does not belong there");
    }
    return out;
}

Result<Envelope> Envelope::read_members(const json::object& object) {
    SALUS_TRY_ASSIGN(const std::string format, codec::json_string(object, "salus"));
    if (format != kFormat) return Error(kBadEnvelope, "no envelope of a patient");
    SALUS_TRY_ASSIGN(const std::uint64_t version, codec::json_u64(object, "version"));
    if (version != 1) return Error(kEnvelopeVersion);
    Envelope out;
    SALUS_TRY_ASSIGN(out.id_, hex_of<16>(object, "id"));
    SALUS_TRY_ASSIGN(out.check_, hex_of<16>(object, "check"));
    SALUS_TRY_ASSIGN(const json::array* wraps, codec::json_array(object, "wraps"));
    if (wraps->size() > kMaxWraps) return Error(kEnvelopeTooLarge, "32 wraps");
    std::set<WrapId> ids;
    for (const codec::Json& wrap : *wraps) {
        if (!wrap.is_object()) return Error(kBadEnvelope, "wraps");
        SALUS_TRY_ASSIGN(Part part, read_part(wrap.get_object()));
        if (!ids.insert(part.info.id).second) return Error(kBadEnvelope, "a wrap's id twice");
        out.parts_.push_back(std::move(part));
    }
    return out;
}

std::string Envelope::text() const {
    json::array wraps;
    for (const Part& part : parts_) {
        json::object wrap = clear_json(part);
        wrap["sealed"] = to_hex(part.sealed);
        wraps.push_back(std::move(wrap));
    }
    const json::object out{{"check", to_hex(check_.bytes)},
                           {"id", to_hex(id_.bytes)},
                           {"salus", kFormat},
                           {"version", 1},
                           {"wraps", std::move(wraps)}};
    auto text = codec::canonical_json(codec::Json(out));
    SALUS_ASSERT(text.ok());
    return *std::move(text);
}

} // namespace salus::patient
