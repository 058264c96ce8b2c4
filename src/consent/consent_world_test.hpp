#pragma once
// A valid grant, and what stands around it: a test states only the difference. Keys are multiples
// of the generator of secp256k1.

#include "consent/policy.hpp"

namespace salus::consent::testing {

inline FolderKey key_of(std::string_view digits) {
    return fixed_from_hex<33>(digits).value();
}
inline const FolderKey kG =
    key_of("0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
inline const FolderKey k2G =
    key_of("02c6047f9441ed7d6d3045406e95c07cd85c778e4b8cef3ca7abac09b95c709ee5");
inline const FolderKey k3G =
    key_of("02f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9");

template <std::size_t N>
FixedBytes<N> filled(Byte value) {
    FixedBytes<N> out;
    out.bytes.fill(value);
    return out;
}
inline Address account(Byte value) {
    return filled<20>(value);
}
inline Hash32 digest(Byte value) {
    return filled<32>(value);
}
inline RecordId record(Byte value) {
    return filled<16>(value);
}

inline constexpr std::uint64_t kFrom = 1'700'000'000, kUntil = 1'800'000'000;
inline const Place kPlace{1337, account(0xcc)};
inline const Ends kEnds{uint256(5), 1'900'000'000};

inline Grant make_grant() {
    Grant out;
    out.patient = digest(0x11);
    out.grantor = account(0x22);
    out.grantee = account(0x33);
    out.grantee_key = kG;
    out.purpose = "TREAT";
    out.folders = {granted_folder(Folder::mental_health, filled<16>(0x44), 3, k2G),
                   granted_folder(Folder::laboratory, filled<16>(0x55), 1, k3G)};
    out.from = kFrom;
    out.until = kUntil;
    out.salt = digest(0x66);
    return out;
}
inline const Grant& base_grant() {
    static const Grant out = make_grant();
    return out;
}
inline Grant grant() {
    return base_grant();
}
inline Grant single_records() { // by a guardian
    Grant out = grant();
    out.folders.pop_back();
    out.records = {record(0x77), record(0x88)};
    out.dependant = account(0x99);
    out.guardian = account(0xaa);
    return out;
}

inline EmergencyDocument emergency() {
    EmergencyDocument out;
    out.patient = digest(0x11);
    out.account = account(0x22);
    out.epoch = 3;
    out.key = k2G;
    out.delay = 60;
    out.window = 3600;
    out.threshold = 2;
    out.custodians = {account(0x33), account(0x44), account(0x55)};
    out.salt = digest(0x66);
    return out;
}

inline Request request() {
    return {Action::read, digest(0x11), account(0x33), "TREAT", k2G, record(0x77)};
}
inline PresentedGrant presented(Grant what = grant()) {
    PresentedGrant out;
    out.chain_from = what.from;
    out.chain_until = what.until;
    out.status = OnChain::granted;
    out.guardian_vouched = out.guardian_in_office = !what.guardian.is_zero();
    out.grant = std::move(what);
    return out;
}
inline PresentedEmergency opened() {
    PresentedEmergency out;
    out.document = emergency();
    out.opted_in_at = kFrom;
    out.first = account(0x33);
    out.second = account(0x34);
    out.open_from = kFrom + 1000;
    out.open_until = kFrom + 4600;
    return out;
}
inline Circumstances circumstances() {
    Circumstances out;
    out.now = kFrom + 2000;
    out.head_time = out.now - 10;
    out.head_age_bound = 60;
    out.requester_accredited = true;
    out.owner = account(0x12);
    return out;
}

} // namespace salus::consent::testing
