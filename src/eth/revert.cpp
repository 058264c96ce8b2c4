#include "eth/revert.hpp"

#include <fmt/format.h>

#include "codec/abi.hpp"
#include "envelope/selector.hpp"
#include "eth/chain.hpp"

namespace salus::eth {
namespace {

constexpr FixedBytes<4> kErrorSelector{{0x08, 0xc3, 0x79, 0xa0}}; // Error(string)
constexpr FixedBytes<4> kPanicSelector{{0x4e, 0x48, 0x7b, 0x71}}; // Panic(uint256)
constexpr std::string_view kDataMark = " data=0x";

FixedBytes<4> selector_of(ByteView data) {
    FixedBytes<4> out;
    std::copy(data.begin(), data.begin() + 4, out.begin());
    return out;
}

std::string panic_text(const uint256& code) {
    static const std::map<std::uint64_t, std::string_view> kMeanings = {
        {0x00, "generic panic"},
        {0x01, "assertion failed"},
        {0x11, "arithmetic overflow or underflow"},
        {0x12, "division by zero"},
        {0x21, "value out of an enum's range"},
        {0x22, "storage byte array is encoded wrongly"},
        {0x31, "pop of an empty array"},
        {0x32, "array index out of bounds"},
        {0x41, "too much memory allocated"},
        {0x51, "call of an uninitialised internal function"},
    };
    const auto found = kMeanings.find(code.fits_u64() ? code.low64() : ~std::uint64_t{0});
    const std::string_view meaning = found == kMeanings.end() ? "unknown panic" : found->second;
    return fmt::format("{} ({})", meaning, to_quantity(code));
}

std::string unknown_text(ByteView data) {
    if (data.empty()) return "no reason given";
    if (data.size() < 4) return "output is shorter than a selector";
    return fmt::format("unknown error {}", to_hex0x(data.subspan(0, 4)));
}

} // namespace

void ErrorNames::add(std::string signature) {
    const FixedBytes<4> key = envelope::selector(signature);
    const std::lock_guard lock(mutex_);
    signatures_[key] = std::move(signature);
}

std::optional<std::string> ErrorNames::find(ByteView data) const {
    if (data.size() < 4) return std::nullopt;
    const std::lock_guard lock(mutex_);
    const auto found = signatures_.find(selector_of(data));
    if (found == signatures_.end()) return std::nullopt;
    return found->second;
}

Revert decode_revert(ByteView data, const ErrorNames& names) {
    Revert out{{}, unknown_text(data), to_bytes(data)};
    if (data.size() < 4) return out;
    const FixedBytes<4> key = selector_of(data);
    static const codec::AbiType kString = codec::abi_type("(string)");
    static const codec::AbiType kInteger = codec::abi_type("(uint256)");
    if (key == kErrorSelector) {
        const auto value = codec::abi_decode(kString, data.subspan(4));
        if (value.ok()) return {"Error", (*value)[0].string(), out.data};
    } else if (key == kPanicSelector) {
        const auto value = codec::abi_decode(kInteger, data.subspan(4));
        if (value.ok()) return {"Panic", panic_text((*value)[0].integer()), out.data};
    } else if (const auto signature = names.find(data)) {
        return {signature->substr(0, signature->find('(')), *signature, out.data};
    }
    return out;
}

Error reverted(ByteView data, std::string_view note) {
    return Error(kReverted, fmt::format("{}{}{}", note, kDataMark, to_hex(data)));
}

std::optional<Bytes> revert_data(const Error& error) {
    if (!(error.kind() == kReverted)) return std::nullopt;
    const std::size_t mark = error.detail().rfind(kDataMark);
    if (mark == std::string::npos) return std::nullopt;
    auto data = from_hex(std::string_view(error.detail()).substr(mark + kDataMark.size()));
    if (!data.ok()) return std::nullopt;
    return *std::move(data);
}

} // namespace salus::eth
