#include "codec/qr.hpp"

#include <memory>

#include <fmt/format.h>
#include <qrencode.h>

namespace salus::codec {
namespace {

struct Free {
    void operator()(QRcode* code) const { QRcode_free(code); }
    void operator()(QRinput* input) const { QRinput_free(input); }
};

bool is_alphanumeric(std::string_view text) { // ISO/IEC 18004 table 5
    return text.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:") ==
           std::string_view::npos;
}

QRecLevel level_of(QrLevel level) {
    switch (level) {
    case QrLevel::low: return QR_ECLEVEL_L;
    case QrLevel::medium: return QR_ECLEVEL_M;
    case QrLevel::quartile: return QR_ECLEVEL_Q;
    case QrLevel::high: return QR_ECLEVEL_H;
    }
    return QR_ECLEVEL_H;
}

bool is_numeric(std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

struct Segment {
    std::string_view text;
    QRencodeMode mode;
};

// The smallest symbol of that level; nothing where no version holds the segments.
std::unique_ptr<QRcode, Free> encode_at(std::span<const Segment> segments, QrLevel level) {
    const std::unique_ptr<QRinput, Free> input(QRinput_new2(0, level_of(level)));
    SALUS_ASSERT(input != nullptr);
    for (const Segment& segment : segments) {
        if (QRinput_append(input.get(), segment.mode, static_cast<int>(segment.text.size()),
                           view(segment.text).data()) != 0) {
            return nullptr;
        }
    }
    return std::unique_ptr<QRcode, Free>(QRcode_encodeInput(input.get()));
}

QrSymbol symbol_of(const QRcode& code, QrLevel level) {
    QrSymbol out;
    out.size = static_cast<std::size_t>(code.width);
    out.version = code.version;
    out.level = level;
    out.modules.reserve(out.size * out.size);
    for (std::size_t i = 0; i < out.size * out.size; ++i) {
        out.modules.push_back((code.data[i] & 1) != 0);
    }
    return out;
}

Result<QrSymbol> encode(std::span<const Segment> segments, int max_version) {
    constexpr std::size_t kMost = 7089; // digits of a version 40-L symbol
    std::size_t characters = 0;
    for (const Segment& segment : segments) characters += segment.text.size();
    if (characters == 0 || characters > kMost) {
        return Error(kQrTooLong, fmt::format("{} characters", characters));
    }
    for (const QrLevel level : {QrLevel::quartile, QrLevel::medium, QrLevel::low}) {
        const auto code = encode_at(segments, level);
        if (code == nullptr || code->version > max_version) continue;
        return symbol_of(*code, level);
    }
    return Error(kQrTooLong, fmt::format("{} characters, version {}", characters, max_version));
}

} // namespace

Result<QrSymbol> qr_encode(std::string_view text, int max_version) {
    const Segment whole{text, is_alphanumeric(text) ? QR_MODE_AN : QR_MODE_8};
    return encode({&whole, 1}, max_version);
}

Result<QrSymbol> qr_encode_segments(std::span<const std::string_view> segments, int max_version) {
    std::vector<Segment> out;
    out.reserve(segments.size());
    for (const std::string_view text : segments) {
        if (text.empty()) return Error(kQrTooLong, "an empty segment");
        out.push_back({text, is_numeric(text)        ? QR_MODE_NUM
                             : is_alphanumeric(text) ? QR_MODE_AN
                                                     : QR_MODE_8});
    }
    return encode(out, max_version);
}

std::string qr_to_svg(const QrSymbol& symbol) {
    const std::size_t side = symbol.size + 2 * kQuietZone;
    std::string out = fmt::format(
        R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {0} {0}" )"
        R"(shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{0}v{0}H0z"/><path d=")",
        side);
    for (std::size_t y = 0; y < symbol.size; ++y) {
        for (std::size_t x = 0; x < symbol.size; ++x) {
            if (!symbol.dark(x, y)) continue;
            const std::size_t start = x;
            while (x < symbol.size && symbol.dark(x, y)) ++x;
            out += fmt::format("M{} {}h{}v1h-{}z", start + kQuietZone, y + kQuietZone, x - start,
                               x - start);
        }
    }
    return out + "\"/></svg>\n";
}

std::string qr_to_terminal(const QrSymbol& symbol) {
    const std::size_t side = symbol.size + 2 * kQuietZone;
    const auto light = [&](std::size_t x, std::size_t y) {
        const bool inside = x >= kQuietZone && y >= kQuietZone && x < kQuietZone + symbol.size &&
                            y < kQuietZone + symbol.size;
        return !inside || !symbol.dark(x - kQuietZone, y - kQuietZone);
    };
    std::string out;
    for (std::size_t y = 0; y < side; y += 2) {
        out += "\x1b[97;40m"; // white blocks on black, whatever the terminal's colours are
        for (std::size_t x = 0; x < side; ++x) {
            const bool upper = light(x, y);
            const bool lower = y + 1 >= side || light(x, y + 1);
            out += upper ? (lower ? "█" : "▀") : (lower ? "▄" : " ");
        }
        out += "\x1b[0m\n";
    }
    return out;
}

} // namespace salus::codec
