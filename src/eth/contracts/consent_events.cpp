// clang-format off
// Written by tools/bindings.mjs from contracts/src/Consent.sol. Do not edit.

#include "eth/contracts/consent.hpp"

namespace salus::eth::contracts::consent {

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

const Hash32& GlassBroken::topic() {
    static const Hash32 value =
        hash32("0xb9d983d647144f706110fe82ee9234d16efe853ab63450541b62169a259fd69e");
    return value;
}

Result<GlassBroken> GlassBroken::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address,address)"),
                                  codec::abi_type("(bytes32,bytes32,uint64,uint64)"),
                                  {true, true, true, false, false, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    GlassBroken out;
    out.account = value[0].address();
    out.first = value[1].address();
    out.second = value[2].address();
    out.emergency_hash = value[3].bytes32();
    out.reason = value[4].bytes32();
    out.from = value[5].u64();
    out.until = value[6].u64();
    return out;
}

const Hash32& Granted::topic() {
    static const Hash32 value =
        hash32("0x8a60404b972336e66683833971d7067f6a3885a4d2ceb94c63989465783b7e2a");
    return value;
}

Result<Granted> Granted::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,bytes32)"),
                                  codec::abi_type("(uint64,uint64,uint64)"),
                                  {true, true, false, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    Granted out;
    out.grantor = value[0].address();
    out.grant_hash = value[1].bytes32();
    out.from = value[2].u64();
    out.until = value[3].u64();
    out.granted_at = value[4].u64();
    return out;
}

const Hash32& KeysAnnounced::topic() {
    static const Hash32 value =
        hash32("0x5ac56919e46301c7e56fae8e28cb08a22e048d3e33fdb7789478b14b30a3e785");
    return value;
}

Result<KeysAnnounced> KeysAnnounced::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,uint64)"),
                                  codec::abi_type("(bytes32,uint64)"),
                                  {true, true, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    KeysAnnounced out;
    out.account = value[0].address();
    out.epoch = value[1].u64();
    out.digest = value[2].bytes32();
    out.announced_at = value[3].u64();
    return out;
}

const Hash32& OptedIn::topic() {
    static const Hash32 value =
        hash32("0x657fbe6949f24dd01a96aa1072cb90eab825309ee067f5f72fbbdc3e207ec660");
    return value;
}

Result<OptedIn> OptedIn::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,bytes32)"),
                                  codec::abi_type("(uint32,uint32,uint64)"),
                                  {true, true, false, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    OptedIn out;
    out.account = value[0].address();
    out.emergency_hash = value[1].bytes32();
    out.delay = static_cast<std::uint32_t>(value[2].u64());
    out.window = static_cast<std::uint32_t>(value[3].u64());
    out.opted_in_at = value[4].u64();
    return out;
}

const Hash32& OptedOut::topic() {
    static const Hash32 value =
        hash32("0xbd341ce077980208bdbe8fd23f0d1f70b6fd0080ef0605f66efd139413e65d98");
    return value;
}

Result<OptedOut> OptedOut::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,bytes32)"),
                                  codec::abi_type("(uint64)"),
                                  {true, true, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    OptedOut out;
    out.account = value[0].address();
    out.emergency_hash = value[1].bytes32();
    out.opted_out_at = value[2].u64();
    return out;
}

const Hash32& Revoked::topic() {
    static const Hash32 value =
        hash32("0x1ca9c43de7d16e40f0f81485e4c96447bf4737a4bd8fd05787b04880167ee79c");
    return value;
}

Result<Revoked> Revoked::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,bytes32)"),
                                  codec::abi_type("(uint64)"),
                                  {true, true, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    Revoked out;
    out.grantor = value[0].address();
    out.grant_hash = value[1].bytes32();
    out.revoked_at = value[2].u64();
    return out;
}

} // namespace salus::eth::contracts::consent
