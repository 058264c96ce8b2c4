#include "consent/emergency.hpp"

#include <algorithm>

#include "consent/document.hpp"

namespace salus::consent {
namespace {

using envelope::StructHash;
namespace json = codec::json;

constexpr std::uint32_t kDay = 86'400;
constexpr std::size_t kMaxCustodians = 16;

void add(std::vector<GrantFault>& out, bool good, std::string_view field, std::string_view name,
         std::string_view what) {
    if (!good) out.push_back({field, name, what});
}

} // namespace

std::vector<GrantFault> emergency_faults(const EmergencyDocument& document) {
    std::vector<GrantFault> out;
    const auto& custodians = document.custodians;
    add(out, document.version == 1, "version", "version.unknown", "the version is 1");
    add(out, !document.patient.is_zero(), "patient", "patient.zero", "a patient is named");
    add(out, !document.account.is_zero(), "account", "account.zero", "an account is named");
    add(out, document.epoch <= kMaxNumber, "epoch", "epoch.large", "an epoch is less than 2^53");
    add(out, is_point(document.key), "key", "key.no_point",
        "the folder's key is a compressed point of secp256k1");
    add(out, document.delay <= kDay, "delay", "delay.long", "a delay is at most a day");
    add(out, document.window != 0 && document.window <= 7 * kDay, "window", "window.length",
        "a window has 1 second to 7 days");
    add(out, custodians.size() <= kMaxCustodians, "custodians", "custodians.many",
        "there are at most 16 custodians");
    add(out,
        std::adjacent_find(custodians.begin(), custodians.end(), std::greater_equal<>()) ==
            custodians.end(),
        "custodians", "custodians.order", "custodians ascend, none twice");
    add(out, document.threshold != 0 && document.threshold <= custodians.size(), "threshold",
        "threshold.range", "at least one custodian, and at most all of them, are needed");
    add(out, !document.salt.is_zero(), "salt", "salt.zero", "a salt is 32 random bytes");
    return out;
}

std::string emergency_text(const EmergencyDocument& document) {
    json::array custodians;
    for (const Address& account : document.custodians) {
        custodians.emplace_back(to_hex0x(account.bytes));
    }
    return canonical_text({{"account", to_hex0x(document.account.bytes)},
                           {"custodians", std::move(custodians)},
                           {"delay", document.delay},
                           {"epoch", document.epoch},
                           {"key", to_hex0x(document.key.bytes)},
                           {"patient", to_hex0x(document.patient.bytes)},
                           {"salt", to_hex0x(document.salt.bytes)},
                           {"threshold", document.threshold},
                           {"version", document.version},
                           {"window", document.window}});
}

Result<EmergencyDocument> parse_emergency(std::string_view text) {
    SALUS_TRY_ASSIGN(const json::object object, parse_document(text, kBadEmergency));
    Fields fields(object, kBadEmergency);
    EmergencyDocument out;
    out.version = static_cast<std::uint8_t>(fields.number("version", 255));
    out.patient = fields.bytes<32>("patient");
    out.account = fields.bytes<20>("account");
    out.epoch = fields.number("epoch");
    out.key = fields.bytes<33>("key");
    out.delay = static_cast<std::uint32_t>(fields.number("delay", 0xffffffff));
    out.window = static_cast<std::uint32_t>(fields.number("window", 0xffffffff));
    out.threshold = static_cast<std::uint8_t>(fields.number("threshold", 255));
    for (const codec::Json& item : fields.list("custodians")) {
        const auto account = item.is_string() ? address_from_hex(item.get_string())
                                              : Result<Address>(Error(kBadEmergency));
        if (!account.ok() || item.get_string() != to_hex0x(account->bytes)) {
            fields.note("custodians");
        }
        out.custodians.push_back(account.ok() ? *account : Address{});
    }
    out.salt = fields.bytes<32>("salt");
    SALUS_TRY(fields.fault());
    if (object.size() != 10) return Error(kBadEmergency, "it has an unknown member");
    SALUS_TRY(check_faults(kBadEmergency, emergency_faults(out)));
    return out;
}

Hash32 emergency_hash(const EmergencyDocument& document) {
    std::vector<Hash32> custodians;
    for (const Address& account : document.custodians) {
        custodians.push_back(right_aligned<32>(account.bytes));
    }
    return StructHash("Emergency(uint8 version,bytes32 patient,address account,uint64 epoch,"
                      "bytes key,uint32 delay,uint32 window,uint8 threshold,address[] custodians,"
                      "bytes32 salt)")
        .add(uint256(document.version))
        .add(document.patient)
        .add(document.account)
        .add(uint256(document.epoch))
        .add_bytes(document.key.bytes)
        .add(uint256(document.delay))
        .add(uint256(document.window))
        .add(uint256(document.threshold))
        .add_array(custodians)
        .add(document.salt)
        .hash();
}

Hash32 reason_hash(const EmergencyReason& reason) {
    return StructHash("Reason(string firstClinician,string secondClinician,string reason,"
                      "bytes32 salt)")
        .add_text(reason.first_clinician)
        .add_text(reason.second_clinician)
        .add_text(reason.reason)
        .add(reason.salt)
        .hash();
}

} // namespace salus::consent
