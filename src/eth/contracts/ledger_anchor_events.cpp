// clang-format off
// Written by tools/bindings.mjs from contracts/src/LedgerAnchor.sol. Do not edit.

#include "eth/contracts/ledger_anchor.hpp"

namespace salus::eth::contracts::ledger_anchor {

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

const Hash32& LogAnchored::topic() {
    static const Hash32 value =
        hash32("0x5eb6231c54aaad4f1951176d292bec947683b5abf5767a17ec1d984e993f4c8c");
    return value;
}

Result<LogAnchored> LogAnchored::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,uint256)"),
                                  codec::abi_type("(uint64,bytes32,uint64)"),
                                  {true, true, false, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    LogAnchored out;
    out.log = value[0].address();
    out.index = value[1].integer();
    out.size = value[2].u64();
    out.root = value[3].bytes32();
    out.time = value[4].u64();
    return out;
}

const Hash32& LogCoSigned::topic() {
    static const Hash32 value =
        hash32("0x110171ad4e792e62c9fa300003bebe5b29e0c50b9e7f20b4c1ae17253f9c42c7");
    return value;
}

Result<LogCoSigned> LogCoSigned::decode(const Log& log) {
    static const EventShape shape{topic(),
                                  codec::abi_type("(address,address,uint256)"),
                                  codec::abi_type("(uint64,bytes32,bytes)"),
                                  {true, true, true, false, false, false}};
    SALUS_TRY_ASSIGN(const codec::AbiValue value, decode_event(shape, log));
    LogCoSigned out;
    out.log = value[0].address();
    out.witness = value[1].address();
    out.index = value[2].integer();
    out.size = value[3].u64();
    out.root = value[4].bytes32();
    out.signature = value[5].bytes();
    return out;
}

} // namespace salus::eth::contracts::ledger_anchor
