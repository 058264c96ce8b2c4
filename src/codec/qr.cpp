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

// The smallest symbol of that level; nothing where no version holds the text.
std::unique_ptr<QRcode, Free> encode_at(std::string_view text, QrLevel level) {
    const std::unique_ptr<QRinput, Free> input(QRinput_new2(0, level_of(level)));
    SALUS_ASSERT(input != nullptr);
    const auto mode = is_alphanumeric(text) ? QR_MODE_AN : QR_MODE_8;
    if (QRinput_append(input.get(), mode, static_cast<int>(text.size()), view(text).data()) != 0) {
        return nullptr;
    }
    return std::unique_ptr<QRcode, Free>(QRcode_encodeInput(input.get()));
}

} // namespace

Result<QrSymbol> qr_encode(std::string_view text, int max_version) {
    constexpr std::size_t kMost = 4296; // characters of a version 40-L symbol
    if (text.empty() || text.size() > kMost) {
        return Error(kQrTooLong, fmt::format("{} characters", text.size()));
    }
    for (const QrLevel level : {QrLevel::quartile, QrLevel::medium, QrLevel::low}) {
        const auto code = encode_at(text, level);
        if (code == nullptr || code->version > max_version) continue;
        QrSymbol out;
        out.size = static_cast<std::size_t>(code->width);
        out.version = code->version;
        out.level = level;
        out.modules.reserve(out.size * out.size);
        for (std::size_t i = 0; i < out.size * out.size; ++i) {
            out.modules.push_back((code->data[i] & 1) != 0);
        }
        return out;
    }
    return Error(kQrTooLong, fmt::format("{} characters, version {}", text.size(), max_version));
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
