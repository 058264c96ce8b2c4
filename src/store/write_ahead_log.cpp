#include "store/write_ahead_log.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace salus::store {
namespace {

constexpr std::size_t kBlock = 32'768; // fragments do not cross these
constexpr std::size_t kPage = 4096;    // what a crash loses is whole pages of the file
constexpr std::size_t kHeader = 7;     // checksum:4 length:2 type:1
constexpr Byte kFull = 1, kFirst = 2, kLast = 4;

constexpr std::array<std::uint32_t, 256> make_table() { // CRC-32C, reflected
    std::array<std::uint32_t, 256> out{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) {
            value = (value >> 1) ^ ((value & 1) != 0 ? 0x82f63b78U : 0U);
        }
        out[i] = value;
    }
    return out;
}
constexpr std::array<std::uint32_t, 256> kTable = make_table();

std::uint32_t masked_crc(ByteView bytes) {
    std::uint32_t crc = ~0U;
    for (const Byte byte : bytes) crc = (crc >> 8) ^ kTable[(crc ^ byte) & 0xff];
    crc = ~crc;
    return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

struct Fragment {
    Byte type;
    std::size_t size;
};

// The whole fragment at this place; none: there is no such thing.
std::optional<Fragment> fragment_at(ByteView log, std::size_t at) {
    const std::size_t end = std::min(log.size(), (at / kBlock + 1) * kBlock);
    if (at + kHeader > end) return std::nullopt;
    const std::size_t length = log[at + 4] + std::size_t{log[at + 5]} * 256;
    const Byte type = log[at + 6];
    if (type < kFull || type > kLast || at + kHeader + length > end) return std::nullopt;
    std::uint32_t stored = 0;
    for (std::size_t i = 4; i-- > 0;) stored = stored << 8 | log[at + i];
    if (masked_crc(log.subspan(at + 6, 1 + length)) != stored) return std::nullopt;
    return Fragment{type, kHeader + length};
}

// Whether all that a page has of the log from `first` on is zero.
bool lost_a_page(ByteView log, std::size_t first) {
    while (first < log.size()) {
        const std::size_t end = std::min(log.size(), (first / kPage + 1) * kPage);
        const ByteView part = log.subspan(first, end - first);
        if (std::all_of(part.begin(), part.end(), [](Byte byte) { return byte == 0; })) return true;
        first = end;
    }
    return false;
}

bool record_begins_behind(ByteView log, std::size_t at) {
    for (++at; at + kHeader <= log.size(); ++at) {
        const auto found = fragment_at(log, at);
        if (found && (found->type == kFull || found->type == kFirst)) return true;
    }
    return false;
}

} // namespace

LogState examine_log(ByteView log) {
    std::size_t at = 0;
    while (at < log.size()) {
        const std::size_t left = kBlock - at % kBlock;
        const auto found = left < kHeader ? std::nullopt : fragment_at(log, at);
        if (!found && left >= kHeader) break;
        at += found ? found->size : left; // fewer bytes than a header are padding
    }
    if (at >= log.size()) return LogState::whole;
    // Other fragments behind are of the same record, which no other follows.
    if (record_begins_behind(log, at) || !lost_a_page(log, at)) return LogState::damaged;
    return LogState::torn;
}

} // namespace salus::store
