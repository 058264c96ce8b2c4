// clang-format off
// Written by tools/bindings.mjs from contracts/src/Accreditation.sol. Do not edit.

#include "eth/contracts/accreditation.hpp"

namespace salus::eth::contracts::accreditation {

const Hash32& AuthorityTransferStarted::topic() {
    static const Hash32 value =
        hash32("0xc0d28d97a1298c65ca09d2726deb1e1b8277bb15f3f792cf5d1de14411c22856");
    return value;
}

Result<AuthorityTransferStarted> AuthorityTransferStarted::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address)"),
                                  codec::abi_type("()"),
                                  {true, true}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    AuthorityTransferStarted out;
    out.current = value[0].address();
    out.proposed = value[1].address();
    return out;
}

const Hash32& AuthorityTransferred::topic() {
    static const Hash32 value =
        hash32("0xb9b7edb1c371f0ec20f2987452ffdf7f3da636a366a76b71517e0da3e5e74149");
    return value;
}

Result<AuthorityTransferred> AuthorityTransferred::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address)"),
                                  codec::abi_type("()"),
                                  {true, true}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    AuthorityTransferred out;
    out.previous = value[0].address();
    out.current = value[1].address();
    return out;
}

const Hash32& EndpointChanged::topic() {
    static const Hash32 value =
        hash32("0xd9220bc5a2b96f599a5f2c277dd2501a7d5b81a0dc0860cf63b530a84ee8eb69");
    return value;
}

Result<EndpointChanged> EndpointChanged::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address)"),
                                  codec::abi_type("(string)"),
                                  {true, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    EndpointChanged out;
    out.hospital = value[0].address();
    out.endpoint = value[1].string();
    return out;
}

const Hash32& HospitalAccredited::topic() {
    static const Hash32 value =
        hash32("0x081c52b0b245fed5d9efb1c28f8248fa3232e0af600fe45a70245a0f1f60c103");
    return value;
}

Result<HospitalAccredited> HospitalAccredited::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address)"),
                                  codec::abi_type("(string,string,uint64)"),
                                  {true, false, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    HospitalAccredited out;
    out.hospital = value[0].address();
    out.name = value[1].string();
    out.country = value[2].string();
    out.time = value[3].u64();
    return out;
}

const Hash32& HospitalReinstated::topic() {
    static const Hash32 value =
        hash32("0xc1a622924b9f6d09c0e31ca9fdd45c7885ae0e5be34ce67cbb00cc238f9253f2");
    return value;
}

Result<HospitalReinstated> HospitalReinstated::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address)"),
                                  codec::abi_type("(uint64)"),
                                  {true, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    HospitalReinstated out;
    out.hospital = value[0].address();
    out.time = value[1].u64();
    return out;
}

const Hash32& HospitalSuspended::topic() {
    static const Hash32 value =
        hash32("0x8daab44ced2db2d68efe06508899d685519bfa62bed47fd751cba5a3b1b98868");
    return value;
}

Result<HospitalSuspended> HospitalSuspended::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address)"),
                                  codec::abi_type("(uint64)"),
                                  {true, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    HospitalSuspended out;
    out.hospital = value[0].address();
    out.time = value[1].u64();
    return out;
}

const Hash32& KeyAdded::topic() {
    static const Hash32 value =
        hash32("0xc38566fbaed4b6627e8d4559b6408ab9f76c3b61b3935fb143ca8cf2e2fed32f");
    return value;
}

Result<KeyAdded> KeyAdded::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,bytes8)"),
                                  codec::abi_type("(uint8,bytes32,bytes32,uint64,uint64,uint64)"),
                                  {true, true, false, false, false, false, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    KeyAdded out;
    out.hospital = value[0].address();
    out.kid = value[1].fixed_bytes<8>();
    out.purposes = static_cast<std::uint8_t>(value[2].u64());
    out.x = value[3].bytes32();
    out.y = value[4].bytes32();
    out.not_before = value[5].u64();
    out.not_after = value[6].u64();
    out.time = value[7].u64();
    return out;
}

const Hash32& KeyReinstated::topic() {
    static const Hash32 value =
        hash32("0xf39b6649cca3ad4f79270a8fb6a1444187e1a26cba97594ce8e8f8ba23238877");
    return value;
}

Result<KeyReinstated> KeyReinstated::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,bytes8)"),
                                  codec::abi_type("(uint64)"),
                                  {true, true, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    KeyReinstated out;
    out.hospital = value[0].address();
    out.kid = value[1].fixed_bytes<8>();
    out.time = value[2].u64();
    return out;
}

const Hash32& KeyRevoked::topic() {
    static const Hash32 value =
        hash32("0x210c7dc31ad36b0935fa3dd6d7bf5be6e58d27653218f584e3c7e1753abb2476");
    return value;
}

Result<KeyRevoked> KeyRevoked::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,bytes8)"),
                                  codec::abi_type("(uint64,uint64)"),
                                  {true, true, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    KeyRevoked out;
    out.hospital = value[0].address();
    out.kid = value[1].fixed_bytes<8>();
    out.from = value[2].u64();
    out.time = value[3].u64();
    return out;
}

const Hash32& KeySuspended::topic() {
    static const Hash32 value =
        hash32("0x65d86fe1d40e060e01d066cadf435f0141d94b498c0d909ad7f39d57ca69e10d");
    return value;
}

Result<KeySuspended> KeySuspended::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,bytes8)"),
                                  codec::abi_type("(uint64)"),
                                  {true, true, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    KeySuspended out;
    out.hospital = value[0].address();
    out.kid = value[1].fixed_bytes<8>();
    out.time = value[2].u64();
    return out;
}

const Hash32& ListKeyChanged::topic() {
    static const Hash32 value =
        hash32("0xe773f8c80026396635d532f132b9fcf0ca650902dd96c1a6663fe396c93f3d4c");
    return value;
}

Result<ListKeyChanged> ListKeyChanged::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address)"),
                                  codec::abi_type("()"),
                                  {true, true}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    ListKeyChanged out;
    out.previous = value[0].address();
    out.current = value[1].address();
    return out;
}

} // namespace salus::eth::contracts::accreditation
