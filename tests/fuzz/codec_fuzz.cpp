#include "codec/abi.hpp"
#include "codec/base32.hpp"
#include "codec/base45.hpp"
#include "codec/base64url.hpp"
#include "codec/cbor.hpp"
#include "codec/deflate.hpp"
#include "codec/json.hpp"
#include "fuzz.hpp"

namespace salus::fuzz {
namespace {

void texts(const std::string& text) {
    const auto base45 = codec::base45_decode(text);
    if (base45.ok()) SALUS_ASSERT(codec::base45_encode(*base45) == text);
    const auto base64 = codec::base64url_decode(text);
    if (base64.ok()) SALUS_ASSERT(codec::base64url_encode(*base64) == text);
    const auto base32 = codec::base32_decode(text);
    if (base32.ok()) SALUS_ASSERT(codec::base32_encode(*base32) == text);
    const auto json = codec::parse_json(text);
    if (json.ok()) SALUS_ASSERT(codec::parse_json(codec::print_json(*json)).ok());
}

void binaries(ByteView input) {
    const auto cbor = codec::cbor_decode(input);
    if (cbor.ok()) {
        const Bytes encoded = codec::cbor_encode(*cbor);
        const auto again = codec::cbor_decode(encoded);
        SALUS_ASSERT(again.ok() && codec::cbor_encode(*again) == encoded);
    }
    static const codec::AbiType type =
        codec::abi_type("(address,bytes8,uint64[],string,(bool,bytes)[])");
    const auto value = codec::abi_decode(type, input);
    if (value.ok()) SALUS_ASSERT(codec::abi_decode(type, codec::abi_encode(type, *value)).ok());
}

} // namespace

void run(ByteView input) {
    texts(to_string(input));
    binaries(input);
}

} // namespace salus::fuzz
