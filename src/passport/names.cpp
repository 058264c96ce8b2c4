#include "passport/names.hpp"

#include <cstdint>
#include <unordered_map>

namespace salus::passport {

namespace {

struct Row {
    std::string_view letters; // of both cases
    std::string_view mrz;
};

// clang-format off
// ICAO 9303-3 section 6 A (Latin), B (Cyrillic), C (Arabic); Greek by ELOT 743.
constexpr Row kRows[] = {
    {"ÀÁÂÃĀĂĄǍàáâãāăąǎ", "A"}, {"ÄÆäæǼǽ", "AE"}, {"Åå", "AA"},
    {"ÇĆĈĊČçćĉċč", "C"}, {"ÐĎĐðďđ", "D"},
    {"ÈÉÊËĒĔĖĘĚèéêëēĕėęěẸẹẼẽƏə", "E"},
    {"ĜĞĠĢĝğġģ", "G"}, {"ĤĦĥħ", "H"}, {"ÌÍÎÏĨĪĬĮİìíîïĩīĭįıǏǐ", "I"}, {"Ĳĳ", "IJ"},
    {"Ĵĵ", "J"}, {"Ķķĸ", "K"}, {"ĹĻĽĿŁĺļľŀł", "L"}, {"ÑŃŅŇŊñńņňŋ", "N"},
    {"ÒÓÔÕŌŎŐòóôõōŏőƠơǑǒ", "O"}, {"ÖØŒöøœǾǿ", "OE"}, {"ŔŖŘŕŗř", "R"}, {"ŚŜŞŠȘśŝşšș", "S"},
    {"ßẞ", "SS"}, {"ŢŤŦȚţťŧț", "T"}, {"Þþ", "TH"}, {"ÙÚÛŨŪŬŮŰŲùúûũūŭůűųƯưǓǔ", "U"},
    {"Üü", "UE"}, {"Ŵŵ", "W"}, {"ÝŶŸýŷÿ", "Y"}, {"ŹŻŽźżž", "Z"},

    {"Аа", "A"}, {"Бб", "B"}, {"Вв", "V"}, {"ГгҐґ", "G"}, {"Дд", "D"},
    {"ЕеЁёЭэ", "E"}, {"Жж", "ZH"}, {"Зз", "Z"}, {"ИиЙйІіЇї", "I"}, {"Кк", "K"}, {"Лл", "L"},
    {"Мм", "M"}, {"Нн", "N"}, {"Оо", "O"}, {"Пп", "P"}, {"Рр", "R"}, {"Сс", "S"}, {"Тт", "T"},
    {"УуЎў", "U"}, {"Фф", "F"}, {"Хх", "KH"}, {"Цц", "TS"}, {"Чч", "CH"}, {"Шш", "SH"},
    {"Щщ", "SHCH"}, {"ЪъЄє", "IE"}, {"Ыы", "Y"}, {"Ьь", ""}, {"Юю", "IU"}, {"Яя", "IA"},
    {"Ђђ", "D"}, {"Ѓѓ", "G"}, {"Ѕѕ", "DZ"}, {"Јј", "J"}, {"Љљ", "LJ"}, {"Њњ", "NJ"},
    {"Ћћ", "C"}, {"Ќќ", "K"}, {"Џџ", "DZ"},

    {"ΑΆαά", "A"}, {"Ββ", "V"}, {"Γγ", "G"}, {"Δδ", "D"}, {"ΕΈεέ", "E"}, {"Ζζ", "Z"},
    {"ΗΉΙΊΪηήιίϊΐ", "I"}, {"Θθ", "TH"}, {"Κκ", "K"}, {"Λλ", "L"}, {"Μμ", "M"}, {"Νν", "N"},
    {"Ξξ", "X"}, {"ΟΌΩΏοόωώ", "O"}, {"Ππ", "P"}, {"Ρρ", "R"}, {"Σσς", "S"}, {"Ττ", "T"},
    {"ΥΎΫυύϋΰ", "Y"}, {"Φφ", "F"}, {"Χχ", "CH"}, {"Ψψ", "PS"},

    {"ا", "A"}, {"ب", "B"}, {"ت", "T"}, {"ث", "XTH"}, {"ج", "J"}, {"ح", "XH"}, {"خ", "XKH"},
    {"د", "D"}, {"ذ", "XDH"}, {"ر", "R"}, {"ز", "Z"}, {"س", "S"}, {"ش", "XSH"}, {"ص", "XSS"},
    {"ض", "XDZ"}, {"ط", "XTT"}, {"ظ", "XZZ"}, {"ع", "E"}, {"غ", "G"}, {"ف", "F"}, {"ق", "Q"},
    {"ك", "K"}, {"ل", "L"}, {"م", "M"}, {"ن", "N"}, {"ه", "H"}, {"و", "W"}, {"ي", "Y"},
    {"ى", "XAY"}, {"ة", "XTA"}, {"آ", "XAA"}, {"أ", "XAE"}, {"ؤ", "U"}, {"إ", "I"},
    {"ئ", "XI"}, {"ء", "XE"},
};
// clang-format on

// One code point from the front of well-formed UTF-8; 0 at the end or where it is malformed.
char32_t next(std::string_view& text) {
    if (text.empty()) return 0;
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char lead = at(0);
    const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (text.size() < length) return 0;
    char32_t point = length == 1 ? lead : lead & (0x7fU >> length);
    for (std::size_t i = 1; i < length; ++i) point = (point << 6) | (at(i) & 0x3fU);
    text.remove_prefix(length);
    return point;
}

const std::unordered_map<char32_t, std::string_view>& table() {
    static const auto kTable = [] {
        std::unordered_map<char32_t, std::string_view> out;
        for (const Row& row : kRows) {
            std::string_view rest = row.letters;
            while (const char32_t point = next(rest)) out.emplace(point, row.mrz);
        }
        return out;
    }();
    return kTable;
}

bool separates(char32_t point) {
    return point == ' ' || point == '-' || point == '<' || point == 0xa0 ||
           (point >= 0x2010 && point <= 0x2015);
}

} // namespace

std::string transliterate(std::string_view utf8, std::size_t max) {
    std::string out;
    while (const char32_t point = next(utf8)) {
        if (separates(point)) {
            if (!out.empty() && out.back() != '<') out += '<';
        } else if (point >= 'a' && point <= 'z') {
            out += static_cast<char>(point - 32);
        } else if (point >= 'A' && point <= 'Z') {
            out += static_cast<char>(point);
        } else if (const auto found = table().find(point); found != table().end()) {
            out += found->second;
        }
    }
    if (out.size() > max) out.resize(max);
    while (!out.empty() && out.back() == '<') out.pop_back();
    return out;
}

} // namespace salus::passport
