// clang-format off
// Written by tools/bindings.mjs from contracts/src/MedicalIdentity.sol. Do not edit.

#include "eth/contracts/medical_identity.hpp"

namespace salus::eth::contracts::medical_identity {

const Hash32& Bound::topic() {
    static const Hash32 value =
        hash32("0xfafd2bd4468277797d96e5d1ad6e2b720ce89d3aeaa6898098f9cbe18d27a5cb");
    return value;
}

Result<Bound> Bound::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address,bytes32)"),
                                  codec::abi_type("(bytes32,uint64)"),
                                  {true, true, true, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    Bound out;
    out.patient = value[0].address();
    out.registrar = value[1].address();
    out.nullifier = value[2].bytes32();
    out.commitment = value[3].bytes32();
    out.bound_at = value[4].u64();
    return out;
}

const Hash32& EIP712DomainChanged::topic() {
    static const Hash32 value =
        hash32("0x0a6387c9ea3628b88a633bb4f3b151770f70085117a15f9bf3787cda53f13d31");
    return value;
}

Result<EIP712DomainChanged> EIP712DomainChanged::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("()"),
                                  codec::abi_type("()"),
                                  {}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    EIP712DomainChanged out;
    return out;
}

const Hash32& GuardianAppointed::topic() {
    static const Hash32 value =
        hash32("0x6d8a5ecf52bfff73e88ce6b24dc19fb28a342f2c3a7429ba8637bf2b19eb60ef");
    return value;
}

Result<GuardianAppointed> GuardianAppointed::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address,address)"),
                                  codec::abi_type("(uint16,uint64)"),
                                  {true, true, true, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    GuardianAppointed out;
    out.dependant = value[0].address();
    out.guardian = value[1].address();
    out.registrar = value[2].address();
    out.majority_year = static_cast<std::uint16_t>(value[3].u64());
    out.time = value[4].u64();
    return out;
}

const Hash32& GuardianEnded::topic() {
    static const Hash32 value =
        hash32("0x88e9a4042536dfe9f7f09c6e87ff3b4cdaa73fb925155013093ec95c22897f55");
    return value;
}

Result<GuardianEnded> GuardianEnded::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address)"),
                                  codec::abi_type("(uint64)"),
                                  {true, true, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    GuardianEnded out;
    out.dependant = value[0].address();
    out.guardian = value[1].address();
    out.time = value[2].u64();
    return out;
}

const Hash32& Moved::topic() {
    static const Hash32 value =
        hash32("0x434915b81836a6ee25aefe4423a8d2ff5313b128506b1e42e10e90191f976760");
    return value;
}

Result<Moved> Moved::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address)"),
                                  codec::abi_type("(uint64)"),
                                  {true, true, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    Moved out;
    out.previous = value[0].address();
    out.current = value[1].address();
    out.time = value[2].u64();
    return out;
}

const Hash32& RebindingCancelled::topic() {
    static const Hash32 value =
        hash32("0xfbc948b2f9dfd34ae0b5066f2ba2a6d942786e754a958df781291588b40f895c");
    return value;
}

Result<RebindingCancelled> RebindingCancelled::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address,address)"),
                                  codec::abi_type("()"),
                                  {true, true, true}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    RebindingCancelled out;
    out.lost = value[0].address();
    out.patient = value[1].address();
    out.by = value[2].address();
    return out;
}

const Hash32& RebindingObjected::topic() {
    static const Hash32 value =
        hash32("0xc0db5d028db9ab20cdb891983f5c3c7c91e8029745d14b7ee96aff44342a581b");
    return value;
}

Result<RebindingObjected> RebindingObjected::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address)"),
                                  codec::abi_type("()"),
                                  {true, true}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    RebindingObjected out;
    out.lost = value[0].address();
    out.patient = value[1].address();
    return out;
}

const Hash32& RebindingStarted::topic() {
    static const Hash32 value =
        hash32("0xef88dc8ae32ff073369bb19da5d85dadf1e2fdf4de296a7637dbeb13978cb5db");
    return value;
}

Result<RebindingStarted> RebindingStarted::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address,address)"),
                                  codec::abi_type("(uint64)"),
                                  {true, true, true, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    RebindingStarted out;
    out.lost = value[0].address();
    out.patient = value[1].address();
    out.registrar = value[2].address();
    out.completable_at = value[3].u64();
    return out;
}

const Hash32& RebindingUpheld::topic() {
    static const Hash32 value =
        hash32("0x3a24d7c8bf231f41a07df7c49fe714e00b018b18356f8157434cd57462e1a9e2");
    return value;
}

Result<RebindingUpheld> RebindingUpheld::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address,address)"),
                                  codec::abi_type("(uint64)"),
                                  {true, true, true, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    RebindingUpheld out;
    out.lost = value[0].address();
    out.patient = value[1].address();
    out.registrar = value[2].address();
    out.completable_at = value[3].u64();
    return out;
}

} // namespace salus::eth::contracts::medical_identity
