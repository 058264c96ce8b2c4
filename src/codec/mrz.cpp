#include "codec/mrz.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.hpp"
#include "codec/mrz_fields.hpp"

namespace salus::codec {
namespace {

constexpr std::size_t kLongestInput = 1024; // bytes

// One code point; a byte that belongs to none counts as one.
char32_t next(std::string_view& text) {
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = at(0);
    std::size_t length = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
    char32_t point = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if (i >= text.size() || (at(i) & 0xc0) != 0x80) {
            text.remove_prefix(1);
            return lead;
        }
        point = (point << 6) | (at(i) & 0x3fU);
    }
    text.remove_prefix(length);
    return point;
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        if (!line.empty()) out.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

struct BadCharacter {
    std::size_t line, column; // from 0
    char32_t point;
};

// Upper case; what is no character of a zone becomes kMrzUnreadable.
std::string normalised(std::string_view text, std::size_t line, std::vector<BadCharacter>& bad) {
    std::string out;
    while (!text.empty()) {
        const char32_t point = next(text);
        if (point >= 'a' && point <= 'z') {
            out += static_cast<char>(point - 32);
        } else if ((point >= 'A' && point <= 'Z') || (point >= '0' && point <= '9') ||
                   point == '<') {
            out += static_cast<char>(point);
        } else {
            bad.push_back({line, out.size(), point});
            out += kMrzUnreadable;
        }
    }
    return out;
}

// The lines of a zone that was given in one run.
void break_run(std::vector<std::string>& lines, std::vector<BadCharacter>& bad) {
    if (lines.size() != 1) return;
    const std::size_t size = lines[0].size();
    if (size != 90 && size != 72 && size != 88) return;
    const std::size_t width = size == 90 ? 30 : size / 2;
    std::vector<std::string> broken;
    broken.reserve(3);
    const std::string_view run = lines[0];
    for (std::size_t i = 0; i < size; i += width) broken.emplace_back(run.substr(i, width));
    lines = std::move(broken);
    for (BadCharacter& character : bad) {
        character.line = character.column / width;
        character.column %= width;
    }
}

const MrzLayout* layout_for(const std::vector<std::string>& lines) {
    if (lines.empty()) return nullptr;
    for (const std::string& line : lines) {
        if (line.size() != lines[0].size()) return nullptr;
    }
    const bool visa = lines[0].front() == 'V';
    const std::size_t width = lines[0].size();
    if (lines.size() == 3 && width == 30) return &layout_of(MrzFormat::td1);
    if (lines.size() != 2) return nullptr;
    if (width == 36) return &layout_of(visa ? MrzFormat::mrv_b : MrzFormat::td2);
    if (width == 44) return &layout_of(visa ? MrzFormat::mrv_a : MrzFormat::td3);
    return nullptr;
}

MrzFault shape_fault(const std::vector<std::string>& lines) {
    std::string found;
    for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 5); ++i) {
        found += fmt::format("{}{}", i == 0 ? "" : ", ", lines[i].size());
    }
    return {Error(kMrzShape, lines.empty() ? std::string("no text")
                                           : fmt::format("lines of {} characters", found)),
            MrzField::zone, 0, 0, 0};
}

MrzFault character_fault(const BadCharacter& bad, const MrzLayout* layout) {
    MrzSpan where{MrzField::zone, bad.line, bad.column, 1};
    if (layout != nullptr) {
        for (const MrzSpan& span : layout->fields) {
            if (span.line == bad.line && bad.column >= span.column &&
                bad.column < span.column + span.length) {
                where.field = span.field;
            }
        }
    }
    return mrz_fault(
        kMrzCharacter, where,
        fmt::format("U+{:04X} is no character of a zone", static_cast<std::uint32_t>(bad.point)));
}

char double_of(char c) {
    constexpr std::string_view kFirst = "015826";
    constexpr std::string_view kSecond = "OISBZG";
    if (const std::size_t i = kFirst.find(c); i != std::string_view::npos) return kSecond[i];
    if (const std::size_t i = kSecond.find(c); i != std::string_view::npos) return kFirst[i];
    return 0;
}

// Whether the lines as they stand have right check digits and fewer than `before` faults.
bool better(const MrzLayout& layout, const std::vector<std::string>& lines,
            std::chrono::year_month_day today, std::size_t before) {
    if (!check_digits_hold(layout, lines)) return false;
    std::vector<MrzFault> faults;
    static_cast<void>(read_fields(layout, lines, today, faults));
    return faults.size() < before;
}

std::optional<MrzSuggestion> suggest(const MrzLayout& layout, std::vector<std::string> lines,
                                     std::chrono::year_month_day today, std::size_t faults) {
    std::optional<MrzSuggestion> out;
    for (std::size_t line = 0; line < lines.size(); ++line) {
        for (std::size_t column = 0; column < lines[line].size(); ++column) {
            const char read = lines[line][column];
            const char perhaps = double_of(read);
            if (perhaps == 0) continue;
            lines[line][column] = perhaps;
            const bool fits = better(layout, lines, today, faults);
            lines[line][column] = read;
            if (!fits) continue;
            if (out) return std::nullopt;
            out = MrzSuggestion{line + 1, column + 1, read, perhaps};
        }
    }
    return out;
}

} // namespace

MrzReading read_mrz(std::string_view text, std::chrono::year_month_day today) {
    MrzReading out;
    std::vector<BadCharacter> bad;
    std::vector<std::string> lines;
    if (text.size() <= kLongestInput) {
        for (const std::string_view line : split(text)) {
            lines.push_back(normalised(line, lines.size(), bad));
        }
        break_run(lines, bad);
    }
    const MrzLayout* layout = layout_for(lines);
    if (layout == nullptr) out.faults.push_back(shape_fault(lines));
    for (const BadCharacter& character : bad) {
        out.faults.push_back(character_fault(character, layout));
    }
    if (layout == nullptr) return out;
    Mrz mrz = read_fields(*layout, lines, today, out.faults);
    if (out.faults.empty()) {
        out.mrz = std::move(mrz);
    } else if (bad.empty()) {
        out.suggestion = suggest(*layout, lines, today, out.faults.size());
    }
    out.lines = std::move(lines);
    return out;
}

} // namespace salus::codec
