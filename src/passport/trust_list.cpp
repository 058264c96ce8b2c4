#include "passport/trust_list.hpp"

#include "codec/base64url.hpp"
#include "eth/contracts/accreditation.hpp"
#include "passport/json_fields.hpp"
#include "passport/signed_file.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;
namespace contract = eth::contracts::accreditation;
using codec::Json;

constexpr std::uint64_t kFormat = 2;
constexpr std::size_t kMaxFile = 64 * 1024 * 1024; // bytes

constexpr SignedKind kKind{"list", "Salus Trust List",
                           "TrustList(bytes32 digest,uint64 blockNumber,uint64 exportedAt)",
                           kBadTrustList, kTrustListSignature};

// ---- from the chain

TrustedKey trusted(const contract::Key& key) {
    TrustedKey out;
    out.history.reserve(key.changes.size());
    out.kid = key.kid;
    std::copy(key.x.begin(), key.x.end(), out.key.begin());
    std::copy(key.y.begin(), key.y.end(), out.key.begin() + 32);
    out.not_before = key.not_before;
    out.not_after = key.not_after;
    out.added_at = key.added_at;
    out.revoked_at = key.revoked_at;
    out.revoked_from = key.revoked_from;
    for (const contract::Change& change : key.changes) {
        out.history.push_back({change.time, change.active});
    }
    out.certificate = key.certificate;
    const auto certificate = crypto::x509::parse(key.certificate);
    const Purposes usage = certificate.ok() ? purposes_of(*certificate) : Purposes{0};
    out.purposes = narrowed(key.purposes, usage).value_or(kPurposeNone);
    return out;
}

class Reader {
public:
    Reader(eth::Chain& chain, const Address& accreditation, std::uint64_t block)
        : chain_(chain), accreditation_(accreditation) {
        at_.number = block;
    }

    Result<Bytes> call(Bytes data) {
        eth::CallRequest request;
        request.to = accreditation_;
        request.data = std::move(data);
        return chain_.call(request, at_);
    }

    Result<TrustedHospital> hospital(const Address& account) {
        TrustedHospital out;
        out.account = account;
        SALUS_TRY_ASSIGN(const Bytes head, call(contract::encode_hospital(account)));
        SALUS_TRY_ASSIGN(const auto named, contract::decode_hospital(head));
        out.name = named.name;
        out.country = named.country;
        SALUS_TRY_ASSIGN(const Bytes past, call(contract::encode_history(account)));
        SALUS_TRY_ASSIGN(const auto changes, contract::decode_history(past));
        for (const auto& change : changes) out.history.push_back({change.time, change.active});
        SALUS_TRY_ASSIGN(const Bytes held, call(contract::encode_keys_of(account)));
        SALUS_TRY_ASSIGN(const auto keys, contract::decode_keys_of(held));
        for (const auto& key : keys) out.keys.push_back(trusted(key));
        return out;
    }

private:
    eth::Chain& chain_;
    Address accreditation_;
    eth::BlockRef at_;
};

// ---- JSON

json::array history_json(const std::vector<AccreditationChange>& history) {
    json::array out;
    for (const AccreditationChange& change : history) {
        out.push_back(json::object{{"at", change.at}, {"active", change.active}});
    }
    return out;
}

json::object key_json(const TrustedKey& key) {
    return {{"kid", to_hex0x(key.kid.bytes)},
            {"x", to_hex0x(ByteView(key.key.bytes).first(32))},
            {"y", to_hex0x(ByteView(key.key.bytes).last(32))},
            {"notBefore", key.not_before},
            {"notAfter", key.not_after},
            {"addedAt", key.added_at},
            {"revokedAt", key.revoked_at},
            {"revokedFrom", key.revoked_from},
            {"purposes", purposes_json(key.purposes)},
            {"history", history_json(key.history)},
            {"certificate", codec::base64_encode(key.certificate)}};
}

json::object hospital_json(const TrustedHospital& hospital) {
    json::array keys;
    for (const TrustedKey& key : hospital.keys) keys.push_back(key_json(key));
    return {{"account", to_hex0x(hospital.account.bytes)},
            {"name", hospital.name},
            {"country", hospital.country},
            {"active", hospital.active()},
            {"history", history_json(hospital.history)},
            {"keys", std::move(keys)}};
}

Result<std::vector<AccreditationChange>> read_history(const json::object& object) {
    SALUS_TRY_ASSIGN(const json::array* items, codec::json_array(object, "history"));
    std::vector<AccreditationChange> out;
    out.reserve(items->size());
    for (const Json& item : *items) {
        if (!item.is_object()) return Error(codec::kJsonWrongType, "history");
        AccreditationChange change;
        SALUS_TRY_ASSIGN(change.at, codec::json_u64(item.get_object(), "at"));
        SALUS_TRY_ASSIGN(change.active, bool_at(item.get_object(), "active"));
        if (!out.empty() && change.at < out.back().at) {
            return Error(kBadTrustList, "a history goes forward");
        }
        out.push_back(change);
    }
    return out;
}

Result<TrustedKey> read_key(const Json& value, std::uint64_t version) {
    if (!value.is_object()) return Error(codec::kJsonWrongType, "a key is an object");
    const json::object& object = value.get_object();
    TrustedKey out;
    SALUS_TRY_ASSIGN(out.kid, hex_at<8>(object, "kid"));
    SALUS_TRY_ASSIGN(const Hash32 x, hex_at<32>(object, "x"));
    SALUS_TRY_ASSIGN(const Hash32 y, hex_at<32>(object, "y"));
    std::copy(x.begin(), x.end(), out.key.begin());
    std::copy(y.begin(), y.end(), out.key.begin() + 32);
    SALUS_TRY_ASSIGN(out.not_before, codec::json_u64(object, "notBefore"));
    SALUS_TRY_ASSIGN(out.not_after, codec::json_u64(object, "notAfter"));
    SALUS_TRY_ASSIGN(out.added_at, codec::json_u64(object, "addedAt"));
    SALUS_TRY_ASSIGN(out.revoked_at, codec::json_u64(object, "revokedAt"));
    out.revoked_from = out.revoked_at;
    if (version == 1) return out;
    SALUS_TRY_ASSIGN(out.revoked_from, codec::json_u64(object, "revokedFrom"));
    SALUS_TRY_ASSIGN(out.purposes, purposes_at(object, "purposes"));
    SALUS_TRY_ASSIGN(out.history, read_history(object));
    SALUS_TRY_ASSIGN(const std::string certificate, codec::json_string(object, "certificate"));
    SALUS_TRY_ASSIGN(out.certificate, codec::base64_decode(certificate));
    return out;
}

Result<TrustedHospital> read_hospital(const Json& value, std::uint64_t version) {
    if (!value.is_object()) return Error(codec::kJsonWrongType, "a hospital is an object");
    const json::object& object = value.get_object();
    TrustedHospital out;
    SALUS_TRY_ASSIGN(out.account, hex_at<20>(object, "account"));
    SALUS_TRY_ASSIGN(out.name, codec::json_string(object, "name"));
    SALUS_TRY_ASSIGN(out.country, codec::json_string(object, "country"));
    SALUS_TRY_ASSIGN(out.history, read_history(object));
    SALUS_TRY_ASSIGN(const json::array* keys, codec::json_array(object, "keys"));
    for (const Json& item : *keys) {
        SALUS_TRY_ASSIGN(TrustedKey key, read_key(item, version));
        out.keys.push_back(std::move(key));
    }
    return out;
}

Result<TrustList> read_list(const json::object& object) {
    TrustList out;
    SALUS_TRY_ASSIGN(const std::uint64_t version, codec::json_u64(object, "version"));
    if (version != 1 && version != kFormat)
        return Error(kBadTrustList, "a version this program does not know");
    SALUS_TRY_ASSIGN(out.chain_id, codec::json_u64(object, "chainId"));
    SALUS_TRY_ASSIGN(out.accreditation, hex_at<20>(object, "accreditation"));
    SALUS_TRY_ASSIGN(out.vaccine_passport, hex_at<20>(object, "vaccinePassport"));
    SALUS_TRY_ASSIGN(const json::object* block, codec::json_object(object, "block"));
    SALUS_TRY_ASSIGN(out.block_number, codec::json_u64(*block, "number"));
    SALUS_TRY_ASSIGN(out.block_hash, hex_at<32>(*block, "hash"));
    SALUS_TRY_ASSIGN(out.block_timestamp, codec::json_u64(*block, "timestamp"));
    SALUS_TRY_ASSIGN(out.exported_at, seconds_at(object, "exportedAt"));
    SALUS_TRY_ASSIGN(const json::array* hospitals, codec::json_array(object, "hospitals"));
    for (const Json& item : *hospitals) {
        SALUS_TRY_ASSIGN(TrustedHospital hospital, read_hospital(item, version));
        out.hospitals.push_back(std::move(hospital));
    }
    return out;
}

Result<SignedTrustList> check_pins(SignedTrustList file, const TrustPins& pins) {
    if (pins.chain_id && *pins.chain_id != file.list.chain_id) {
        return Error(kTrustListPin, "the list is of another chain");
    }
    if (pins.vaccine_passport && *pins.vaccine_passport != file.list.vaccine_passport) {
        return Error(kTrustListPin, "the list is of another passport contract");
    }
    return file;
}

} // namespace

Result<TrustList> read_trust_list(eth::Chain& chain, const Address& accreditation,
                                  const Address& vaccine_passport, std::int64_t now) {
    TrustList out;
    SALUS_TRY_ASSIGN(out.chain_id, chain.chain_id());
    SALUS_TRY_ASSIGN(const eth::Head head, chain.head());
    out.accreditation = accreditation;
    out.vaccine_passport = vaccine_passport;
    out.block_number = head.number;
    out.block_hash = head.hash;
    out.block_timestamp = head.timestamp;
    out.exported_at = now;
    Reader reader(chain, accreditation, head.number);
    SALUS_TRY_ASSIGN(const Bytes listed, reader.call(contract::encode_hospitals()));
    SALUS_TRY_ASSIGN(const auto accounts, contract::decode_hospitals(listed));
    for (const Address& account : accounts) {
        SALUS_TRY_ASSIGN(TrustedHospital hospital, reader.hospital(account));
        out.hospitals.push_back(std::move(hospital));
    }
    return out;
}

Json trust_list_json(const TrustList& list) {
    json::array hospitals;
    for (const TrustedHospital& hospital : list.hospitals) {
        hospitals.push_back(hospital_json(hospital));
    }
    return json::object{{"version", kFormat},
                        {"chainId", list.chain_id},
                        {"accreditation", to_hex0x(list.accreditation.bytes)},
                        {"vaccinePassport", to_hex0x(list.vaccine_passport.bytes)},
                        {"block", json::object{{"number", list.block_number},
                                               {"hash", to_hex0x(list.block_hash.bytes)},
                                               {"timestamp", list.block_timestamp}}},
                        {"exportedAt", static_cast<std::uint64_t>(list.exported_at)},
                        {"hospitals", std::move(hospitals)}};
}

Result<std::string> export_trust_list(const TrustList& list, const eth::Signer& list_key) {
    return sign_file(kKind, trust_list_json(list), {list.chain_id, list.accreditation},
                     {list.block_number, static_cast<std::uint64_t>(list.exported_at)}, list_key);
}

Result<SignedTrustList> open_trust_list(std::string_view text, const TrustPins& pins) {
    SALUS_TRY_ASSIGN(const SignedParts parts,
                     split_file(kKind, text, {.bytes = kMaxFile, .depth = 8}));
    auto list = read_list(parts.body.get_object());
    if (!list.ok()) return Error(kBadTrustList, list.error().text());
    SALUS_TRY_ASSIGN(const Address signer,
                     signer_of(kKind, parts, {list->chain_id, list->accreditation},
                               {list->block_number, static_cast<std::uint64_t>(list->exported_at)},
                               pins.list_key));
    return check_pins({std::move(*list), signer}, pins);
}

} // namespace salus::passport
