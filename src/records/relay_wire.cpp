#include "records/grants_fields.hpp"

// Re-encryption, letters and relay in JSON.

namespace salus::records {
namespace {

using consent::Fields;
using json::object;

// One for each type of RelayCall, in its order.
constexpr std::array<std::string_view, 6> kCalls{"grant", "revoke", "announceKeys",
                                                 "optIn", "optOut", "breakGlass"};

Result<crypto::umbral::Capsule> read_capsule(Fields& fields) {
    const Bytes bytes = base64_field(fields, "capsule");
    SALUS_TRY(fields.fault());
    return crypto::umbral::Capsule::from_bytes(bytes);
}

Result<RecordCapsule> read_record_capsule(const object& json) {
    Fields fields(json, kBadWire);
    const vault::RecordId record = uuid_field(fields, "record");
    const FolderKey key = fields.bytes<33>("key");
    SALUS_TRY_ASSIGN(const crypto::umbral::Capsule capsule, read_capsule(fields));
    return RecordCapsule{record, key, capsule};
}

object one_json(const ReencryptAnswer::One& one) {
    object out{{"document", hex_member(one.document.bytes)}};
    if (one.fragment) out["fragment"] = base64_member(one.fragment->bytes().bytes);
    return out;
}

Result<ReencryptAnswer::One> read_one(const object& json) {
    Fields fields(json, kBadWire);
    ReencryptAnswer::One out;
    out.document = fields.bytes<32>("document");
    SALUS_TRY(fields.fault());
    if (!fields.has("fragment")) return out;
    const Bytes bytes = base64_field(fields, "fragment");
    SALUS_TRY(fields.fault());
    SALUS_TRY_ASSIGN(out.fragment, crypto::umbral::CapsuleFragment::from_bytes(bytes));
    return out;
}

object letter_json(const Letter& letter) {
    return {{"number", letter.number},
            {"id", uuid_member(letter.id)},
            {"from", hex_member(letter.from.bytes)},
            {"to", hex_member(letter.to.bytes)},
            {"time", letter.time},
            {"sealed", base64_member(encode(letter.sealed))}};
}

Result<vault::SealedBox> read_box(Fields& fields) {
    const Bytes bytes = base64_field(fields, "sealed");
    SALUS_TRY(fields.fault());
    return vault::decode_box(bytes);
}

Result<Letter> read_letter(const object& json) {
    Fields fields(json, kBadWire);
    const std::uint64_t number = fields.number("number"), time = fields.number("time");
    const FixedBytes<16> id = uuid_field(fields, "id");
    const Address from = fields.bytes<20>("from"), to = fields.bytes<20>("to");
    SALUS_TRY_ASSIGN(vault::SealedBox box, read_box(fields));
    return Letter{number, id, from, to, time, std::move(box)};
}

void put(object& out, const RelayGrant& call) {
    out["grantor"] = hex_member(call.grantor.bytes);
    out["grant"] = hex_member(call.grant.bytes);
    out["from"] = call.from;
    out["until"] = call.until;
    put_ends(out, call.ends);
    out["signature"] = hex_member(call.signature);
}

void put(object& out, const RelayRevoke& call) {
    for (const auto& [key, value] : to_json(Withdrawal(call.revocation))) out[key] = value;
}

void put(object& out, const RelayKeys& call) {
    out["account"] = hex_member(call.account.bytes);
    out["digest"] = hex_member(call.digest.bytes);
    out["epoch"] = call.epoch;
    put_ends(out, call.ends);
    out["signature"] = hex_member(call.signature);
}

void put(object& out, const RelayOptIn& call) {
    out["account"] = hex_member(call.account.bytes);
    out["emergency"] = hex_member(call.emergency.bytes);
    out["delay"] = call.delay;
    out["window"] = call.window;
    put_ends(out, call.ends);
    out["signature"] = hex_member(call.signature);
}

void put(object& out, const RelayOptOut& call) {
    for (const auto& [key, value] : to_json(Withdrawal(call.opt_out))) out[key] = value;
}

void put(object& out, const RelayBreakGlass& call) {
    out["account"] = hex_member(call.what.account.bytes);
    out["emergency"] = hex_member(call.what.emergency_hash.bytes);
    out["first"] = hex_member(call.what.first.bytes);
    out["second"] = hex_member(call.what.second.bytes);
    out["reason"] = hex_member(call.what.reason.bytes);
    put_ends(out, call.ends);
    out["firstSignature"] = hex_member(call.first_signature);
    out["secondSignature"] = hex_member(call.second_signature);
}

RelayCall read_grant(Fields& fields) {
    RelayGrant out;
    out.grantor = fields.bytes<20>("grantor");
    out.grant = fields.bytes<32>("grant");
    out.from = fields.number("from");
    out.until = fields.number("until");
    out.ends = read_ends(fields);
    out.signature = signature_field(fields, "signature");
    return out;
}

RelayCall read_keys(Fields& fields) {
    RelayKeys out;
    out.account = fields.bytes<20>("account");
    out.digest = fields.bytes<32>("digest");
    out.epoch = fields.number("epoch");
    out.ends = read_ends(fields);
    out.signature = signature_field(fields, "signature");
    return out;
}

RelayCall read_opt_in(Fields& fields) {
    RelayOptIn out;
    out.account = fields.bytes<20>("account");
    out.emergency = fields.bytes<32>("emergency");
    out.delay = static_cast<std::uint32_t>(fields.number("delay", 0xffffffff));
    out.window = static_cast<std::uint32_t>(fields.number("window", 0xffffffff));
    out.ends = read_ends(fields);
    out.signature = signature_field(fields, "signature");
    return out;
}

RelayCall read_break_glass(Fields& fields) {
    RelayBreakGlass out;
    out.what.account = fields.bytes<20>("account");
    out.what.emergency_hash = fields.bytes<32>("emergency");
    out.what.first = fields.bytes<20>("first");
    out.what.second = fields.bytes<20>("second");
    out.what.reason = fields.bytes<32>("reason");
    out.ends = read_ends(fields);
    out.first_signature = signature_field(fields, "firstSignature");
    out.second_signature = signature_field(fields, "secondSignature");
    return out;
}

} // namespace

object to_json(const ReencryptRequest& request) {
    return {{"purpose", request.purpose},
            {"capsules", list_member(request.capsules, [](const RecordCapsule& one) {
                 return object{{"record", uuid_member(one.record)},
                               {"key", hex_member(one.key.bytes)},
                               {"capsule", base64_member(one.capsule.bytes().bytes)}};
             })}};
}

Result<ReencryptRequest> read_reencrypt_request(const object& json) {
    Fields fields(json, kBadWire);
    ReencryptRequest out;
    out.purpose = fields.text("purpose");
    const auto& list = fields.list("capsules");
    SALUS_TRY(fields.fault());
    if (list.empty() || list.size() > kMaxCapsules) return Error(kBadWire, "capsules: 1 to 500");
    SALUS_TRY_ASSIGN(out.capsules,
                     read_objects<RecordCapsule>(list, "capsules", read_record_capsule));
    return out;
}

object to_json(const ReencryptAnswer& answer) {
    return {{"fragments", list_member(answer.fragments, one_json)}};
}

Result<ReencryptAnswer> read_reencrypt_answer(const object& json) {
    Fields fields(json, kBadWire);
    const auto& list = fields.list("fragments");
    SALUS_TRY(fields.fault());
    ReencryptAnswer out;
    SALUS_TRY_ASSIGN(out.fragments,
                     read_objects<ReencryptAnswer::One>(list, "fragments", read_one));
    return out;
}

vault::BoxPlace letter_place(const FixedBytes<16>& id) {
    return {Hash32{}, id};
}

object to_json(const NewLetter& letter) {
    return {{"to", hex_member(letter.to.bytes)},
            {"id", uuid_member(letter.id)},
            {"sealed", base64_member(encode(letter.sealed))}};
}

Result<NewLetter> read_new_letter(const object& json) {
    Fields fields(json, kBadWire);
    const Address to = fields.bytes<20>("to");
    const FixedBytes<16> id = uuid_field(fields, "id");
    SALUS_TRY_ASSIGN(vault::SealedBox box, read_box(fields));
    return NewLetter{to, id, std::move(box)};
}

object to_json(const LetterPage& page) {
    object out{{"letters", list_member(page.letters, letter_json)}};
    if (page.next) out["next"] = *page.next;
    return out;
}

Result<LetterPage> read_letter_page(const object& json) {
    Fields fields(json, kBadWire);
    LetterPage out;
    const auto& list = fields.list("letters");
    if (fields.has("next")) out.next = fields.number("next");
    SALUS_TRY(fields.fault());
    SALUS_TRY_ASSIGN(out.letters, read_objects<Letter>(list, "letters", read_letter));
    return out;
}

std::string_view call_name(const RelayCall& call) {
    return kCalls[call.index()];
}

object to_json(const RelayCall& call) {
    object out{{"call", call_name(call)}};
    std::visit([&](const auto& one) { put(out, one); }, call);
    return out;
}

Result<RelayCall> read_relay_call(const object& json) {
    Fields fields(json, kBadWire);
    const std::string name = fields.text("call");
    RelayCall out;
    if (name == "grant") {
        out = read_grant(fields);
    } else if (name == "announceKeys") {
        out = read_keys(fields);
    } else if (name == "optIn") {
        out = read_opt_in(fields);
    } else if (name == "breakGlass") {
        out = read_break_glass(fields);
    } else if (name == "revoke" || name == "optOut") {
        SALUS_TRY_ASSIGN(Withdrawal withdrawal, read_withdrawal(json));
        auto* revocation = std::get_if<consent::SignedRevocation>(&withdrawal);
        if ((revocation != nullptr) != (name == "revoke")) return Error(kBadWire, "call");
        if (revocation != nullptr) return RelayCall(RelayRevoke{std::move(*revocation)});
        return RelayCall(RelayOptOut{std::get<SignedOptOut>(std::move(withdrawal))});
    } else {
        fields.note("call");
    }
    SALUS_TRY(fields.fault());
    return out;
}

object to_json(const Relayed& relayed) {
    return {{"transaction", hex_member(relayed.transaction.bytes)}, {"block", relayed.block}};
}

Result<Relayed> read_relayed(const object& json) {
    Fields fields(json, kBadWire);
    Relayed out;
    out.transaction = fields.bytes<32>("transaction");
    out.block = fields.number("block");
    SALUS_TRY(fields.fault());
    return out;
}

} // namespace salus::records
