#include "passport/trust_list.hpp"

#include "codec/canonical_json.hpp"
#include "crypto/hash.hpp"
#include "envelope/eip191.hpp"
#include "envelope/eip712.hpp"
#include "eth/contracts/accreditation.hpp"

namespace salus::passport {

namespace {

namespace json = codec::json;
namespace contract = eth::contracts::accreditation;
using codec::Json;

constexpr std::uint64_t kFormat = 1;

Hash32 signing_digest(const TrustList& list, std::string_view canonical) {
    envelope::Eip712Domain domain;
    domain.name = "Salus Trust List";
    domain.version = "1";
    domain.chain_id = uint256(list.chain_id);
    domain.verifying_contract = list.accreditation;
    const Hash32 hash =
        envelope::StructHash("TrustList(bytes32 digest,uint64 blockNumber,uint64 exportedAt)")
            .add(crypto::sha256(view(canonical)))
            .add(uint256(list.block_number))
            .add(uint256(static_cast<std::uint64_t>(list.exported_at)))
            .hash();
    return envelope::typed_digest(envelope::domain_separator(domain), hash);
}

// ---- from the chain

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
        for (const auto& key : keys) {
            TrustedKey one;
            one.kid = key.kid;
            std::copy(key.x.begin(), key.x.end(), one.key.begin());
            std::copy(key.y.begin(), key.y.end(), one.key.begin() + 32);
            one.not_before = key.not_before;
            one.not_after = key.not_after;
            one.added_at = key.added_at;
            one.revoked_at = key.revoked_from;
            out.keys.push_back(one);
        }
        return out;
    }

private:
    eth::Chain& chain_;
    Address accreditation_;
    eth::BlockRef at_;
};

// ---- JSON

json::object key_json(const TrustedKey& key) {
    return {{"kid", to_hex0x(key.kid.bytes)},
            {"x", to_hex0x(ByteView(key.key.bytes).first(32))},
            {"y", to_hex0x(ByteView(key.key.bytes).last(32))},
            {"notBefore", key.not_before},
            {"notAfter", key.not_after},
            {"addedAt", key.added_at},
            {"revokedAt", key.revoked_at}};
}

json::object hospital_json(const TrustedHospital& hospital) {
    json::array history, keys;
    for (const AccreditationChange& change : hospital.history) {
        history.push_back(json::object{{"at", change.at}, {"active", change.active}});
    }
    for (const TrustedKey& key : hospital.keys) keys.push_back(key_json(key));
    return {{"account", to_hex0x(hospital.account.bytes)},
            {"name", hospital.name},
            {"country", hospital.country},
            {"active", hospital.active()},
            {"history", std::move(history)},
            {"keys", std::move(keys)}};
}

template <std::size_t N>
Result<FixedBytes<N>> hex_at(const json::object& object, std::string_view key) {
    SALUS_TRY_ASSIGN(const std::string text, codec::json_string(object, key));
    return fixed_from_hex<N>(text);
}

Result<bool> bool_at(const json::object& object, std::string_view key) {
    const Json* value = codec::json_find(object, key);
    if (value == nullptr || !value->is_bool()) {
        return Error(codec::kJsonWrongType, std::string(key));
    }
    return value->get_bool();
}

Result<TrustedKey> read_key(const Json& value) {
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
    return out;
}

Result<TrustedHospital> read_hospital(const Json& value) {
    if (!value.is_object()) return Error(codec::kJsonWrongType, "a hospital is an object");
    const json::object& object = value.get_object();
    TrustedHospital out;
    SALUS_TRY_ASSIGN(out.account, hex_at<20>(object, "account"));
    SALUS_TRY_ASSIGN(out.name, codec::json_string(object, "name"));
    SALUS_TRY_ASSIGN(out.country, codec::json_string(object, "country"));
    SALUS_TRY_ASSIGN(const json::array* history, codec::json_array(object, "history"));
    for (const Json& item : *history) {
        if (!item.is_object()) return Error(codec::kJsonWrongType, "history");
        AccreditationChange change;
        SALUS_TRY_ASSIGN(change.at, codec::json_u64(item.get_object(), "at"));
        SALUS_TRY_ASSIGN(change.active, bool_at(item.get_object(), "active"));
        out.history.push_back(change);
    }
    SALUS_TRY_ASSIGN(const json::array* keys, codec::json_array(object, "keys"));
    for (const Json& item : *keys) {
        SALUS_TRY_ASSIGN(TrustedKey key, read_key(item));
        out.keys.push_back(key);
    }
    return out;
}

Result<TrustList> read_list(const json::object& object) {
    TrustList out;
    SALUS_TRY_ASSIGN(const std::uint64_t version, codec::json_u64(object, "version"));
    if (version != kFormat) return Error(kBadTrustList, "a version this program does not know");
    SALUS_TRY_ASSIGN(out.chain_id, codec::json_u64(object, "chainId"));
    SALUS_TRY_ASSIGN(out.accreditation, hex_at<20>(object, "accreditation"));
    SALUS_TRY_ASSIGN(out.vaccine_passport, hex_at<20>(object, "vaccinePassport"));
    SALUS_TRY_ASSIGN(const json::object* block, codec::json_object(object, "block"));
    SALUS_TRY_ASSIGN(out.block_number, codec::json_u64(*block, "number"));
    SALUS_TRY_ASSIGN(out.block_hash, hex_at<32>(*block, "hash"));
    SALUS_TRY_ASSIGN(out.block_timestamp, codec::json_u64(*block, "timestamp"));
    SALUS_TRY_ASSIGN(const std::uint64_t exported, codec::json_u64(object, "exportedAt"));
    out.exported_at = static_cast<std::int64_t>(exported);
    SALUS_TRY_ASSIGN(const json::array* hospitals, codec::json_array(object, "hospitals"));
    for (const Json& item : *hospitals) {
        SALUS_TRY_ASSIGN(TrustedHospital hospital, read_hospital(item));
        out.hospitals.push_back(std::move(hospital));
    }
    return out;
}

Status check_pins(const SignedTrustList& file, const TrustPins& pins) {
    if (pins.chain_id && *pins.chain_id != file.list.chain_id) {
        return Error(kTrustListPin, "the list is of another chain");
    }
    if (pins.vaccine_passport && *pins.vaccine_passport != file.list.vaccine_passport) {
        return Error(kTrustListPin, "the list is of another passport contract");
    }
    if (pins.list_key && *pins.list_key != file.signer) {
        return Error(kTrustListPin, "the list is signed by another key");
    }
    return ok_status();
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
    const Json body = trust_list_json(list);
    SALUS_TRY_ASSIGN(const std::string canonical, codec::canonical_json(body));
    SALUS_TRY_ASSIGN(const FixedBytes<65> signature,
                     list_key.sign_digest(signing_digest(list, canonical)));
    const Json file =
        json::object{{"list", body}, {"signature", to_hex0x(ByteView(signature.bytes))}};
    return codec::canonical_json(file);
}

Result<SignedTrustList> open_trust_list(std::string_view text, const TrustPins& pins) {
    auto parsed = codec::parse_json(text, {.bytes = 16 * 1024 * 1024, .depth = 8});
    if (!parsed.ok()) return Error(kBadTrustList, parsed.error().text());
    if (!parsed->is_object()) return Error(kBadTrustList, "the file is no JSON object");
    const json::object& file = parsed->get_object();
    auto body = codec::json_object(file, "list");
    if (!body.ok()) return Error(kBadTrustList, body.error().text());
    auto signature = hex_at<65>(file, "signature");
    if (!signature.ok()) return Error(kBadTrustList, "signature: 65 bytes of hex");
    auto list = read_list(**body);
    if (!list.ok()) return Error(kBadTrustList, list.error().text());
    SALUS_TRY_ASSIGN(const std::string canonical, codec::canonical_json(Json(**body)));
    auto signer =
        envelope::wallet_recover(signing_digest(*list, canonical), ByteView(signature->bytes));
    if (!signer.ok()) return Error(kTrustListSignature, "no key made this signature");
    SignedTrustList out{std::move(*list), *signer};
    if (pins.list_key && *pins.list_key != out.signer) {
        return Error(kTrustListSignature, "signed by another key, or changed since");
    }
    SALUS_TRY(check_pins(out, pins));
    return out;
}

} // namespace salus::passport
