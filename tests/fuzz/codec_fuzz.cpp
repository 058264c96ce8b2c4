#include "codec/abi.hpp"
#include "codec/base32.hpp"
#include "codec/base64url.hpp"
#include "codec/json.hpp"
#include "fuzz.hpp"

namespace salus::fuzz {
namespace {

void texts(const std::string& text) {
    const auto base64 = codec::base64url_decode(text);
    if (base64.ok()) SALUS_ASSERT(codec::base64url_encode(*base64) == text);
    const auto base32 = codec::base32_decode(text);
    if (base32.ok()) SALUS_ASSERT(codec::base32_encode(*base32) == text);
    const auto json = codec::parse_json(text);
    if (json.ok()) SALUS_ASSERT(codec::parse_json(codec::print_json(*json)).ok());
}

void binaries(ByteView input) {
    static const codec::AbiType type =
        codec::abi_type("(address,bytes8,uint64[],string,(bool,bytes)[])");
    const auto value = codec::abi_decode(type, input);
    if (value.ok()) SALUS_ASSERT(codec::abi_decode(type, codec::abi_encode(type, *value)).ok());
}

} // namespace

SALUS_FUZZ_TARGET(codec) {
    texts(to_string(input));
    binaries(input);
}

} // namespace salus::fuzz
