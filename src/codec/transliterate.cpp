#include "codec/transliterate.hpp"

#include <cstdint>
#include <unordered_map>

namespace salus::codec {
namespace {

struct Row {
    std::string_view letters; // of both cases
    std::string_view spellings;
    std::string_view loose;
};

// clang-format off
constexpr Row kLatin[] = {
    {"ÀÁÂÃĀĂĄǍàáâãāăąǎ", "A", ""}, {"Ää", "AE|A", ""}, {"Åå", "AA|A", ""}, {"ÆæǼǽ", "AE", "A"},
    {"ÇĆĈĊČçćĉċč", "C", ""}, {"Ďď", "D", ""}, {"ÐĐðđ", "D", "DH|DJ"},
    {"ÈÉÊËĒĔĖĘĚèéêëēĕėęě", "E", ""}, {"Əə", "E", "A|AE"},
    {"ĜĞĠĢĝğġģ", "G", ""}, {"ĤĦĥħ", "H", ""}, {"ÌÍÎÏĨĪĬĮİìíîïĩīĭįıǏǐ", "I", ""}, {"Ĳĳ", "IJ", "Y"},
    {"Ĵĵ", "J", ""}, {"Ķķĸ", "K", ""}, {"ĹĻĽĿŁĺļľŀł", "L", ""}, {"Ññ", "N|NXX", ""},
    {"ŃŅŇŊńņňŋ", "N", ""}, {"ÒÓÔÕŌŎŐòóôõōŏőƠơǑǒ", "O", ""}, {"Öö", "OE|O", ""},
    {"ØøŒœǾǿ", "OE", "O"}, {"ŔŖŘŕŗř", "R", ""}, {"ŚŜŞŠȘśŝşšș", "S", ""}, {"ßẞ", "SS", "S"},
    {"ŢŤŦȚţťŧț", "T", ""}, {"Þþ", "TH", ""}, {"ÙÚÛŨŪŬŮŰŲùúûũūŭůűųƯưǓǔ", "U", ""},
    // 9303's three, and YU, which the passports of China print for pinyin's ü.
    {"ÜüǕǖǗǘǙǚǛǜ", "UE|UXX|U|YU", "V"},
    {"Ŵŵ", "W", ""}, {"ÝŶŸýŷÿ", "Y", ""}, {"ŹŻŽźżž", "Z", ""},
};

// With the exceptions that table B makes for single languages, in its order.
constexpr Row kCyrillic[] = {
    {"Аа", "A", ""}, {"Бб", "B", ""}, {"Вв", "V", ""}, {"Гг", "G|H", ""}, {"Ґґ", "G", ""},
    {"Дд", "D", ""}, {"Ее", "E", "YE|IE"}, {"Ёё", "E|IO", "YO"}, {"Єє", "IE|YE", "E"},
    {"Ээ", "E", ""}, {"Жж", "ZH|Z", "J"}, {"Зз", "Z", ""}, {"Ии", "I|Y", ""},
    {"Йй", "I|Y", "J|"}, {"Іі", "I", ""}, {"Її", "I|YI", "YI"}, {"Кк", "K", ""}, {"Лл", "L", ""},
    {"Мм", "M", ""}, {"Нн", "N", ""}, {"Оо", "O", ""}, {"Пп", "P", ""}, {"Рр", "R", ""},
    {"Сс", "S", ""}, {"Тт", "T", ""}, {"УуЎў", "U", "OU"}, {"Фф", "F", ""}, {"Хх", "KH|H", "X|CH"},
    {"Цц", "TS|C", "TZ"}, {"Чч", "CH|C", ""}, {"Шш", "SH|S", ""}, {"Щщ", "SHCH|SHT", ""},
    {"Ъъ", "IE", "A|U|"}, {"Ыы", "Y", "I"}, {"Ьь", "", "Y"}, {"Юю", "IU|YU", "JU|U"},
    {"Яя", "IA|YA", "JA|A"}, {"Ђђ", "D", "DJ"}, {"Ѓѓ", "G|GJ", ""}, {"Ѕѕ", "DZ", ""},
    {"Јј", "J", "Y"}, {"Љљ", "LJ", "L"}, {"Њњ", "NJ", "N"}, {"Ћћ", "C", "CH"}, {"Ќќ", "K|KJ", ""},
    {"Џџ", "DZ|DJ", ""}, {"Ѫѫ", "U", ""}, {"Ѵѵ", "Y", ""}, {"Ғғ", "G|GJ", ""}, {"Һһ", "C", "H"},
};

constexpr Row kGreek[] = {
    {"ΑΆαά", "A", ""}, {"Ββ", "V", "B"}, {"Γγ", "G", "Y"}, {"Δδ", "D", ""}, {"ΕΈεέ", "E", ""},
    {"Ζζ", "Z", ""}, {"ΗΉηή", "I", "H|E"}, {"ΙΊΪιίϊΐ", "I", ""}, {"Θθ", "TH", ""}, {"Κκ", "K", "C"},
    {"Λλ", "L", ""}, {"Μμ", "M", ""}, {"Νν", "N", ""}, {"Ξξ", "X", "KS"}, {"ΟΌοό", "O", ""},
    {"ΩΏωώ", "O", "W"}, {"Ππ", "P", ""}, {"Ρρ", "R", ""}, {"Σσς", "S", ""}, {"Ττ", "T", ""},
    {"ΥΎΫυύϋΰ", "Y", "I|U"}, {"Φφ", "F", "PH"}, {"Χχ", "CH", "H|X|KH"}, {"Ψψ", "PS", ""},
};

// The loose ones are the usual English and French transcriptions, which Arab states' passports
// print instead of table C.
constexpr Row kArabic[] = {
    {"ا", "A", "E|I|O|U"}, {"ب", "B", ""}, {"ت", "T", ""}, {"ث", "XTH", "TH"}, {"ج", "J", "G|DJ"},
    {"ح", "XH", "H"}, {"خ", "XKH", "KH"}, {"د", "D", ""}, {"ذ", "XDH", "DH|Z|TH"}, {"ر", "R", ""},
    {"ز", "Z", ""}, {"س", "S", "SS"}, {"ش", "XSH", "SH|CH"}, {"ص", "XSS", "S|SS"},
    {"ض", "XDZ", "D|DH"}, {"ط", "XTT", "T"}, {"ظ", "XZZ", "Z|DH"}, {"ع", "E", "A|I|O|U|"},
    {"غ", "G", "GH"}, {"ف", "F", ""}, {"ق", "Q", "K|G"}, {"ك", "K", ""}, {"ل", "L", ""},
    {"م", "M", ""}, {"ن", "N", ""}, {"ه", "H", "A|"}, {"و", "W", "O|U|OU|V"},
    {"ي", "Y", "I|E|EE"}, {"ى", "XAY", "A|Y|I"}, {"ة", "XTA|XAH", "A|AH|AT|T"},
    {"آ", "XAA", "A|AA"}, {"أ", "XAE", "A|E|O|U|"}, {"ؤ", "U", "O|"}, {"إ", "I", "E|A"},
    {"ئ", "XI", "I|E|Y|"}, {"ء", "XE", "|A"}, {"ٱ", "XXA", "A"}, {"ٹ", "XXT", "T"},
    {"ټ", "XRT", "T"}, {"پ", "P", ""}, {"ځ", "XKE", "DZ"}, {"څ", "XXH", "TS"}, {"چ", "XC", "CH"},
    {"ڈ", "XXD", "D"}, {"ډ", "XDR", "D"}, {"ڑ", "XXR", "R"}, {"ړ", "XRR", "R"}, {"ږ", "XRX", "R"},
    {"ژ", "XJ", "ZH|J"}, {"ښ", "XXS", "SH|KH"}, {"ڜڢڧڨ", "", ""}, {"ک", "XKK", "K"},
    {"ګ", "XXK", "G"}, {"ڭ", "XNG", "NG"}, {"گ", "XGG", "G"}, {"ں", "XNN", "N"}, {"ڼ", "XXN", "N"},
    {"ھ", "XDO", "H"}, {"ۀ", "XYH", "H|E"}, {"ہ", "XXG", "H|A"}, {"ۂ", "XGE", "H"},
    {"ۃ", "XTG", "T|A"}, {"ی", "XYA", "Y|I|E"}, {"ۍ", "XXY", "Y|AI"}, {"ې", "Y", "E|I"},
    {"ے", "XYB", "E|AY|AI"}, {"ۓ", "XBE", "E|AY"},
};

struct Digraph {
    std::string_view first, second;
    std::string_view spellings, loose;
    std::string_view otherwise; // before an unvoiced letter or at the end
    bool initial = false;       // `otherwise` within a word instead
};

// ELOT 743, table of combinations. An accent on the first letter parts the two.
constexpr Digraph kDigraphs[] = {
    {"Οο", "ΥυΎύ", "OU", "OY|U", "OU"},       {"Αα", "ΥυΎύ", "AV|AF", "AY|AU", "AF|AV"},
    {"Εε", "ΥυΎύ", "EV|EF", "EY|EU", "EF|EV"}, {"Ηη", "ΥυΎύ", "IV|IF", "IY|HY", "IF|IV"},
    {"Γγ", "Γγ", "NG|GG", "", "NG|GG"},        {"Γγ", "Ξξ", "NX|GX", "", "NX|GX"},
    {"Γγ", "Χχ", "NCH|GCH", "NH", "NCH|GCH"},  {"Γγ", "Κκ", "GK", "G|NG|NK", "GK"},
    {"Νν", "Ττ", "NT", "D", "NT"},             {"Μμ", "Ππ", "B|MP", "", "MP|B", true},
};
// clang-format on
constexpr std::string_view kUnvoiced = "θΘκΚξΞπΠσΣςτΤφΦχΧψΨ";

constexpr std::string_view kAscii = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr char32_t kShadda = 0x651;

// One code point from the front; 0 at the end or where the text is cut off.
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

bool holds(std::string_view letters, char32_t wanted) {
    while (const char32_t point = next(letters)) {
        if (point == wanted) return true;
    }
    return false;
}

using Table = std::unordered_map<char32_t, NameLetter>;

template <std::size_t N>
void add(Table& out, const Row (&rows)[N], bool unvowelled) {
    for (const Row& row : rows) {
        std::string_view rest = row.letters;
        const NameLetter letter{NameLetter::Kind::letter, row.spellings, row.loose, unvowelled};
        while (const char32_t point = next(rest)) out.emplace(point, letter);
    }
}

const Table& table() {
    static const Table kTable = [] {
        Table out;
        add(out, kLatin, false);
        add(out, kCyrillic, false);
        add(out, kGreek, false);
        add(out, kArabic, true);
        return out;
    }();
    return kTable;
}

// The base of the Vietnamese letters U+1EA0 to U+1EF9 (Latin Extended Additional), or 0.
char vietnamese(char32_t point) {
    if (point < 0x1ea0 || point > 0x1ef9) return 0;
    return point < 0x1eb8   ? 'A'
           : point < 0x1ec8 ? 'E'
           : point < 0x1ecc ? 'I'
           : point < 0x1ee4 ? 'O'
           : point < 0x1ef2 ? 'U'
                            : 'Y';
}

// A base letter with the combining mark that follows it: only what the tables tell apart.
char32_t compose(char32_t base, char32_t mark) {
    struct Pair {
        char32_t base, mark, composed;
    };
    constexpr Pair kPairs[] = {{'A', 0x308, 0xc4},    {'a', 0x308, 0xe4},    {'O', 0x308, 0xd6},
                               {'o', 0x308, 0xf6},    {'U', 0x308, 0xdc},    {'u', 0x308, 0xfc},
                               {'A', 0x30a, 0xc5},    {'a', 0x30a, 0xe5},    {'N', 0x303, 0xd1},
                               {'n', 0x303, 0xf1},    {0x418, 0x306, 0x419}, {0x438, 0x306, 0x439},
                               {0x415, 0x308, 0x401}, {0x435, 0x308, 0x451}, {0x406, 0x308, 0x407},
                               {0x456, 0x308, 0x457}, {0x627, 0x653, 0x622}, {0x627, 0x654, 0x623},
                               {0x627, 0x655, 0x625}, {0x648, 0x654, 0x624}, {0x64a, 0x654, 0x626}};
    for (const Pair& pair : kPairs) {
        if (pair.base == base && pair.mark == mark) return pair.composed;
    }
    return base;
}

bool combines(char32_t point) {
    return (point >= 0x300 && point <= 0x36f) || (point >= 0x653 && point <= 0x655);
}

// Arabic vowel signs and the stretching tatweel: not encoded (table C).
bool unencoded(char32_t point) {
    return point == 0x640 || point == 0x670 || (point >= 0x64b && point <= 0x652);
}

std::vector<char32_t> composed_points(std::string_view utf8) {
    std::vector<char32_t> out;
    out.reserve(utf8.size());
    while (const char32_t point = next(utf8)) {
        if (!combines(point)) {
            out.push_back(point);
        } else if (!out.empty()) {
            out.back() = compose(out.back(), point);
        }
    }
    return out;
}

bool separates(char32_t point) {
    return point == ' ' || point == '-' || point == '<' || point == ',' || point == 0xa0 ||
           point == '\t' || (point >= 0x2010 && point <= 0x2015) || point == 0x60c;
}

bool is_letter(char32_t point) {
    return (point >= 'A' && point <= 'Z') || (point >= 'a' && point <= 'z') ||
           vietnamese(point) != 0 || table().contains(point);
}

NameLetter ascii_letter(char upper) {
    return {NameLetter::Kind::letter,
            kAscii.substr(static_cast<std::size_t>(upper - 'A'), 1),
            {},
            false};
}

// The digraph that begins at `i`, or null.
const Digraph* digraph_at(const std::vector<char32_t>& points, std::size_t i) {
    if (i + 1 >= points.size() || points[i] < 0x370 || points[i] > 0x3ff) return nullptr;
    for (const Digraph& digraph : kDigraphs) {
        if (holds(digraph.first, points[i]) && holds(digraph.second, points[i + 1])) {
            return &digraph;
        }
    }
    return nullptr;
}

NameLetter letter_of(const Digraph& digraph, const std::vector<char32_t>& points, std::size_t i) {
    const bool start = i == 0 || !is_letter(points[i - 1]);
    const bool end = i + 2 >= points.size() || !is_letter(points[i + 2]);
    const bool usual = digraph.initial ? start : !end && !holds(kUnvoiced, points[i + 2]);
    return {NameLetter::Kind::letter, usual ? digraph.spellings : digraph.otherwise, digraph.loose,
            false};
}

NameLetter letter_of(const std::vector<char32_t>& points, std::size_t i) {
    const char32_t point = points[i];
    if (separates(point)) return {NameLetter::Kind::separator, {}, {}, false};
    if (point >= 'a' && point <= 'z') return ascii_letter(static_cast<char>(point - 32));
    if (point >= 'A' && point <= 'Z') return ascii_letter(static_cast<char>(point));
    if (const char base = vietnamese(point)) return ascii_letter(base);
    const auto found = table().find(point);
    if (found == table().end()) return {};
    NameLetter out = found->second;
    const bool end = i + 1 >= points.size() || !is_letter(points[i + 1]);
    if (point == 0x629 && end) out.spellings = "XAH|XTA"; // teh marbuta, table C note 2
    return out;
}

// What stands between letters and is no letter of another script: it vanishes.
bool is_punctuation(char32_t point) {
    return point < 0xc0 || (point >= 0x2000 && point <= 0x206f) || point == 0x2b9 ||
           point == 0x2bb || point == 0x2bc || point == 0x2019 || point == 0xd7 || point == 0xf7;
}

} // namespace

std::vector<NameLetter> name_letters(std::string_view utf8) {
    const std::vector<char32_t> points = composed_points(utf8);
    std::vector<NameLetter> out;
    out.reserve(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (points[i] == kShadda) { // table C note 3: the letter before is doubled, but for its X
            if (!out.empty() && out.back().kind == NameLetter::Kind::letter) {
                NameLetter again = out.back();
                if (again.spellings.starts_with('X')) again.spellings.remove_prefix(1);
                out.push_back(again);
            }
            continue;
        }
        if (unencoded(points[i])) continue;
        if (const Digraph* digraph = digraph_at(points, i)) {
            out.push_back(letter_of(*digraph, points, i++));
            continue;
        }
        const NameLetter letter = letter_of(points, i);
        if (letter.kind != NameLetter::Kind::unknown || !is_punctuation(points[i])) {
            out.push_back(letter);
        }
    }
    return out;
}

std::string transliterate(std::string_view utf8) {
    std::string out;
    for (const NameLetter& letter : name_letters(utf8)) {
        if (letter.kind == NameLetter::Kind::separator) {
            if (!out.empty() && out.back() != '<') out += '<';
        } else if (letter.kind == NameLetter::Kind::letter) {
            out += letter.spellings.substr(0, letter.spellings.find('|'));
        }
    }
    while (!out.empty() && out.back() == '<') out.pop_back();
    return out;
}

} // namespace salus::codec
