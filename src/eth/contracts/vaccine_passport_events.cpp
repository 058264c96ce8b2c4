// clang-format off
// Written by tools/bindings.mjs from contracts/src/VaccinePassport.sol. Do not edit.

#include "eth/contracts/vaccine_passport.hpp"

namespace salus::eth::contracts::vaccine_passport {

const Hash32& Anchored::topic() {
    static const Hash32 value =
        hash32("0xef142d390c5328deae6fcdec8e8eed362b224af35bb6d9aeb988f6233b12a6e9");
    return value;
}

Result<Anchored> Anchored::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,bytes32)"),
                                  codec::abi_type("(uint64,uint64)"),
                                  {true, true, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    Anchored out;
    out.issuer = value[0].address();
    out.root = value[1].bytes32();
    out.count = value[2].u64();
    out.anchored_at = value[3].u64();
    return out;
}

const Hash32& BatchRevoked::topic() {
    static const Hash32 value =
        hash32("0x3ae400a2eb28c1e2cd0fbaa2f0f3996b304e92b08fe47c728a39a17aa816c8d7");
    return value;
}

Result<BatchRevoked> BatchRevoked::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,bytes32,address)"),
                                  codec::abi_type("(uint8,uint64)"),
                                  {true, true, true, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    BatchRevoked out;
    out.issuer = value[0].address();
    out.root = value[1].bytes32();
    out.by = value[2].address();
    out.reason = static_cast<std::uint8_t>(value[3].u64());
    out.revoked_at = value[4].u64();
    return out;
}

const Hash32& Issued::topic() {
    static const Hash32 value =
        hash32("0x820910052cc42a295b2a542c6307b9afc12e073396fcd0a30719820277963b0c");
    return value;
}

Result<Issued> Issued::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,bytes32)"),
                                  codec::abi_type("(uint64)"),
                                  {true, true, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    Issued out;
    out.issuer = value[0].address();
    out.commitment = value[1].bytes32();
    out.issued_at = value[2].u64();
    return out;
}

const Hash32& Revoked::topic() {
    static const Hash32 value =
        hash32("0x64f67e04d6d2d54b46a0700b34133b323e3e92da866f4fd53a3707394bb5ce0f");
    return value;
}

Result<Revoked> Revoked::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,bytes32,address)"),
                                  codec::abi_type("(uint8,uint64)"),
                                  {true, true, true, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    Revoked out;
    out.issuer = value[0].address();
    out.commitment = value[1].bytes32();
    out.by = value[2].address();
    out.reason = static_cast<std::uint8_t>(value[3].u64());
    out.revoked_at = value[4].u64();
    return out;
}

} // namespace salus::eth::contracts::vaccine_passport
