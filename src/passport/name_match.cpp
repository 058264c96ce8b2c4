#include "passport/name_match.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>

#include "codec/transliterate.hpp"

namespace salus::passport {
namespace {

using codec::NameLetter;
using Difference = NameDifference;
using Differences = std::set<NameDifference>;
using Letters = std::vector<NameLetter>;

// Whole words alone, in the letters of a zone.
constexpr std::string_view kTitles[] = {
    "DR", "PROF", "MR", "MRS", "MS",   "MISS", "SIR", "DAME", "LORD", "LADY", "JR",  "SR",
    "II", "III",  "IV", "PHD", "HERR", "FRAU", "MME", "MLLE", "SRA",  "ESQ",  "MAG", "DIPL"};
constexpr std::string_view kParticles[] = {
    "VAN", "VON", "VOM", "ZU",  "ZUM", "ZUR",  "DE",  "DER",   "DEN",   "DEM",   "DES",
    "DU",  "DA",  "DO",  "DOS", "DAS", "DI",   "DEL", "DELLA", "DELLO", "DALLA", "LA",
    "LE",  "LOS", "LAS", "TE",  "TEN", "TER",  "T",   "S",     "Y",     "E",     "I",
    "AF",  "AV",  "AL",  "EL",  "BIN", "BINT", "IBN", "BEN",   "UND",   "OF"};

template <std::size_t N>
bool listed(const std::string_view (&list)[N], std::string_view word) {
    return std::find(std::begin(list), std::end(list), word) != std::end(list);
}

// A word of the certificate: its letters, and how 9303 writes them.
struct Word {
    Letters letters;
    std::string written;
};
using Words = std::vector<Word>;
using ZoneWords = std::vector<std::string>;

// How a text of a zone is read against letters.
enum class Manner { by_table, by_table_and_cut, loosely };

// The places (bit i: before character i) reached from `from` by one of the spellings in `list`.
// `cut` becomes true where the text ends within a spelling.
std::uint64_t step(std::uint64_t from, std::string_view list, std::string_view text, bool& cut) {
    std::uint64_t out = 0;
    for (;;) {
        const std::size_t bar = std::min(list.find('|'), list.size());
        const std::string_view spelling = list.substr(0, bar);
        for (std::size_t i = 0; i <= text.size(); ++i) {
            if ((from >> i & 1) == 0) continue;
            const std::string_view rest = text.substr(i);
            if (rest.starts_with(spelling)) out |= std::uint64_t{1} << (i + spelling.size());
            if (!rest.empty() && spelling.starts_with(rest)) cut = true;
        }
        if (bar == list.size()) return out;
        list.remove_prefix(bar + 1);
    }
}

// Goes over a doubled consonant and then over one vowel, which the Arabic name does not write.
std::uint64_t over_unwritten(std::uint64_t from, std::string_view text) {
    constexpr std::string_view kVowels = "AEIOUY";
    const auto bit = [](std::size_t i) { return std::uint64_t{1} << i; };
    for (std::size_t i = 1; i < text.size(); ++i) {
        const bool vowel = kVowels.find(text[i]) != std::string_view::npos;
        if ((from & bit(i)) != 0 && text[i] == text[i - 1] && !vowel) from |= bit(i + 1);
    }
    std::uint64_t out = from;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((from & bit(i)) == 0 || kVowels.find(text[i]) == std::string_view::npos) continue;
        out |= bit(i + 1);
        if (text.substr(i).starts_with("OU")) out |= bit(i + 2);
    }
    return out;
}

bool accepts(const Letters& letters, std::string_view text, Manner manner) {
    if (letters.empty() || text.empty() || text.size() > 60) return false;
    const std::uint64_t end = std::uint64_t{1} << text.size();
    std::uint64_t reached = 1;
    bool cut = false;
    for (const NameLetter& letter : letters) {
        std::uint64_t now = step(reached, letter.spellings, text, cut);
        if (manner == Manner::loosely) {
            bool ignored = false;
            if (!letter.loose.empty()) now |= step(reached, letter.loose, text, ignored);
            if (letter.unvowelled) now = over_unwritten(now, text);
        }
        if (manner == Manner::by_table_and_cut && (cut || (now & end) != 0)) return true;
        reached = now;
        if (reached == 0) return false;
    }
    return (reached & end) != 0;
}

// What is alike where no national letter tells which was meant.
std::string folded(std::string_view text) {
    constexpr std::pair<std::string_view, char> kAlike[] = {
        {"UXX", 'U'}, {"NXX", 'N'}, {"AE", 'A'}, {"OE", 'O'}, {"UE", 'U'}, {"AA", 'A'}};
    std::string out;
    while (!text.empty()) {
        std::size_t taken = 0;
        for (const auto& [from, to] : kAlike) {
            if (taken != 0 || !text.starts_with(from)) continue;
            out += to;
            taken = from.size();
        }
        if (taken == 0) out += text[taken++];
        text.remove_prefix(taken);
    }
    return out;
}

// How two words agree: `quality` 0 is not at all; `differs` tells what a lesser one lacks.
struct Fit {
    int quality = 0;
    std::optional<Difference> differs;
};

Fit fit(const Word& word, std::string_view zone, bool truncated) {
    if (accepts(word.letters, zone, Manner::by_table)) return {9, {}};
    if (truncated && accepts(word.letters, zone, Manner::by_table_and_cut)) {
        return {8, Difference::truncated};
    }
    if (folded(word.written) == folded(zone)) return {7, Difference::spelling};
    if (accepts(word.letters, zone, Manner::loosely)) return {6, Difference::transcription};
    const bool initial =
        (zone.size() == 1 && accepts(word.letters, zone, Manner::by_table_and_cut)) ||
        (word.letters.size() == 1 && zone.starts_with(word.written) && !word.written.empty());
    return initial ? Fit{5, Difference::initial} : Fit{};
}

Letters joined_letters(const Words& words) {
    Letters out;
    for (const Word& word : words) {
        out.insert(out.end(), word.letters.begin(), word.letters.end());
    }
    return out;
}

std::string joined_written(const Words& words) {
    std::string out;
    for (const Word& word : words) out += word.written;
    return out;
}

std::string joined_text(const ZoneWords& words) {
    std::string out;
    for (const std::string& word : words) out += word;
    return out;
}

// Agreement wherever the components part.
std::optional<Differences> fit_joined(const Words& words, const ZoneWords& zone, bool truncated) {
    const Word all{joined_letters(words), joined_written(words)};
    const std::string text = joined_text(zone);
    if (all.letters.empty() || text.empty()) return std::nullopt;
    const Fit whole = fit(all, text, truncated);
    if (whole.quality < 6) return std::nullopt;
    return whole.differs ? Differences{*whole.differs} : Differences{};
}

struct Pairing {
    std::vector<std::pair<std::size_t, std::size_t>> pairs; // word, zone word; both ascending
    Differences differences;
};

// The pairs of words, in the order of both, that agree most and best.
Pairing paired(const Words& words, const ZoneWords& zone, bool truncated) {
    const std::size_t n = words.size();
    const std::size_t m = zone.size();
    std::vector<std::vector<int>> best(n + 1, std::vector<int>(m + 1, 0));
    std::vector<std::vector<Fit>> fits(n, std::vector<Fit>(m));
    for (std::size_t i = n; i-- > 0;) {
        for (std::size_t j = m; j-- > 0;) {
            fits[i][j] = fit(words[i], zone[j], truncated);
            best[i][j] = std::max(best[i + 1][j], best[i][j + 1]);
            if (fits[i][j].quality == 0) continue;
            best[i][j] = std::max(best[i][j], best[i + 1][j + 1] + 100 + fits[i][j].quality);
        }
    }
    Pairing out;
    for (std::size_t i = 0, j = 0; i < n && j < m;) {
        const Fit& here = fits[i][j];
        if (here.quality != 0 && best[i][j] == best[i + 1][j + 1] + 100 + here.quality) {
            out.pairs.emplace_back(i++, j++);
            if (here.differs) out.differences.insert(*here.differs);
        } else if (best[i][j] == best[i + 1][j]) {
            ++i;
        } else {
            ++j;
        }
    }
    return out;
}

// The words of each side that have no partner.
struct Rest {
    bool words = false;     // of the certificate, particles apart
    bool zone = false;      // of the zone, particles apart
    bool cut_off = false;   // of the certificate, after the last that has one
    bool particles = false; // on either side
};

Rest rest_of(const Words& words, const ZoneWords& zone, const Pairing& pairing, bool truncated,
             bool family) {
    Rest out;
    std::set<std::size_t> left;
    std::set<std::size_t> right;
    for (const auto& [i, j] : pairing.pairs) {
        left.insert(i);
        right.insert(j);
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (left.contains(i)) continue;
        if (family && listed(kParticles, words[i].written)) {
            out.particles = true;
        } else if (truncated && !left.empty() && i > *left.rbegin()) {
            out.cut_off = true;
        } else {
            out.words = true;
        }
    }
    for (std::size_t j = 0; j < zone.size(); ++j) {
        if (right.contains(j)) continue;
        const bool particle = family && listed(kParticles, zone[j]);
        (particle ? out.particles : out.zone) = true;
    }
    return out;
}

// What differs between two names that may be one; nothing where they are two.
std::optional<Differences> compare(const Words& words, const ZoneWords& zone, bool truncated,
                                   bool family) {
    if (words.empty() && zone.empty()) return Differences{};
    if (words.empty() || zone.empty()) {
        if (family) return std::nullopt;
        return Differences{Difference::given_part};
    }
    auto whole = fit_joined(words, zone, truncated);
    if (whole && whole->empty()) return whole;
    const Pairing pairing = paired(words, zone, truncated);
    const Rest rest = rest_of(words, zone, pairing, truncated, family);
    const bool meaning =
        std::any_of(pairing.pairs.begin(), pairing.pairs.end(), [&](const auto& pair) {
            return !family || !listed(kParticles, zone[pair.second]) || zone.size() == 1;
        });
    if (!meaning || (rest.zone && (rest.words || rest.cut_off))) return whole;
    Differences out = pairing.differences;
    if (rest.particles) out.insert(Difference::particle);
    if (rest.cut_off) out.insert(Difference::truncated);
    if (rest.words || rest.zone) {
        const bool first = pairing.pairs.front() == std::pair<std::size_t, std::size_t>{0, 0};
        out.insert(family  ? Difference::family_part
                   : first ? Difference::middle_name
                           : Difference::given_part);
    }
    if (whole && whole->size() < out.size()) return whole;
    return out;
}

template <typename T>
std::vector<T> both(const std::vector<T>& first, const std::vector<T>& second) {
    std::vector<T> out = first;
    out.insert(out.end(), second.begin(), second.end());
    return out;
}

struct Names {
    Words family, given;
};
struct ZoneNames {
    ZoneWords primary, secondary;
    std::size_t room = 0;           // characters of the name field
    bool truncated = false;         // may be, and the certificate's names would not fit
    bool primary_truncated = false; // so, and the primary identifier fills half of the room
};

// All words of both sides, in any order: each has its partner, or is a particle.
std::optional<Differences> compare_all(const Names& names, const ZoneNames& zone) {
    for (const Words& words : {both(names.family, names.given), both(names.given, names.family)}) {
        const auto joined = fit_joined(words, both(zone.primary, zone.secondary), false);
        if (joined && joined->empty()) return Differences{Difference::order};
    }
    Differences out{Difference::order};
    Words words = both(names.family, names.given);
    for (const std::string& part : both(zone.primary, zone.secondary)) {
        std::size_t best = words.size();
        Fit best_fit;
        for (std::size_t i = 0; i < words.size(); ++i) {
            const Fit here = fit(words[i], part, zone.truncated);
            if (here.quality <= best_fit.quality) continue;
            best = i;
            best_fit = here;
        }
        if (best_fit.quality < 6) return std::nullopt;
        if (best_fit.differs) out.insert(*best_fit.differs);
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(best));
    }
    for (const Word& word : words) {
        if (!listed(kParticles, word.written)) return std::nullopt;
        out.insert(Difference::particle);
    }
    return out;
}

struct Side {
    const ZoneWords& words;
    bool truncated;
};

std::optional<Differences> compare_sides(const Names& names, const Side& family,
                                         const Side& given) {
    auto out = compare(names.family, family.words, family.truncated, true);
    const auto second = compare(names.given, given.words, given.truncated, false);
    if (!out || !second) return std::nullopt;
    out->insert(second->begin(), second->end());
    // Half of each is half of nothing.
    const bool halves =
        out->contains(Difference::family_part) && out->contains(Difference::given_part);
    return halves ? std::nullopt : out;
}

MatchOutcome outcome_of(const Differences& differences) {
    MatchOutcome out = MatchOutcome::match;
    for (const Difference difference : differences) {
        if (difference >= Difference::family && difference != Difference::malformed_birth) {
            return MatchOutcome::no_match;
        }
        if (difference > Difference::truncated) out = MatchOutcome::partial;
    }
    return out;
}

void keep_better(std::optional<Differences>& best, std::optional<Differences> other) {
    if (!other) return;
    const bool better = !best || outcome_of(*other) > outcome_of(*best) ||
                        (outcome_of(*other) == outcome_of(*best) && other->size() < best->size());
    if (better) best = std::move(other);
}

Differences compare_names(const Names& names, const ZoneNames& zone) {
    std::optional<Differences> best;
    if (names.family.empty() && names.given.empty()) return {Difference::family};
    const Side primary{zone.primary, zone.primary_truncated};
    const Side secondary{zone.secondary, zone.truncated};
    keep_better(best, compare_sides(names, primary, secondary));
    if (best && best->empty()) return {};
    auto exchanged = compare_sides(names, secondary, primary);
    if (exchanged) exchanged->insert(Difference::order);
    keep_better(best, std::move(exchanged));
    keep_better(best, compare_all(names, zone));
    if (best) return *best;
    Differences out;
    if (!compare(names.family, zone.primary, primary.truncated, true)) {
        out.insert(Difference::family);
    }
    if (!compare(names.given, zone.secondary, secondary.truncated, false)) {
        out.insert(Difference::given);
    }
    return out.empty() ? Differences{Difference::family, Difference::given} : out;
}

// The readable words without titles. Empty, with `script` set, where none can be read.
Words words_of(std::string_view name, bool& script) {
    constexpr std::size_t kLongest = 1024; // bytes; words are compared each with each
    if (name.size() > kLongest) return script = true, Words();
    Words all(1);
    bool unknown = false;
    for (const NameLetter& letter : codec::name_letters(name)) {
        if (letter.kind == NameLetter::Kind::separator) {
            all.emplace_back();
        } else if (letter.kind == NameLetter::Kind::letter) {
            all.back().letters.push_back(letter);
            all.back().written += letter.spellings.substr(0, letter.spellings.find('|'));
        } else {
            unknown = true;
        }
    }
    std::erase_if(all, [](const Word& word) { return word.letters.empty(); });
    script = script || (unknown && all.empty());
    Words out = all;
    std::erase_if(out, [](const Word& word) { return listed(kTitles, word.written); });
    return out.empty() ? all : out;
}

ZoneWords zone_words(std::string_view name) {
    ZoneWords all;
    while (!name.empty()) {
        const std::size_t end = std::min(name.find(' '), name.size());
        if (end != 0) all.emplace_back(name.substr(0, end));
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    ZoneWords out = all;
    std::erase_if(out, [](const std::string& word) { return listed(kTitles, word); });
    return out.empty() ? all : out;
}

// Digits of the date from `at`; -1 where there are others. `at` moves past them.
int number_at(std::string_view text, std::size_t at, std::size_t count) {
    if (text.size() < at + count) return -1;
    int out = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        out = out * 10 + (text[i] - '0');
    }
    return out;
}

// YYYY, YYYY-MM, YYYY-MM-DD or that with a time; unknown parts are 0.
std::optional<codec::MrzDate> read_birth(std::string_view text) {
    codec::MrzDate out;
    text = text.substr(0, text.find('T'));
    if (text.empty()) return out;
    const int year = number_at(text, 0, 4);
    const int month = text.size() > 4 ? number_at(text, 5, 2) : 0;
    const int day = text.size() > 7 ? number_at(text, 8, 2) : 0;
    const bool shaped = (text.size() == 4 || text.size() == 7 || text.size() == 10) &&
                        (text.size() < 7 || text[4] == '-') && (text.size() < 10 || text[7] == '-');
    if (!shaped || year < 0 || month < 0 || day < 0 || month > 12 || day > 31) return std::nullopt;
    return codec::MrzDate{year, static_cast<unsigned>(month), static_cast<unsigned>(day)};
}

// A zone's year has two digits: one that is a century off is not another year, but unknown.
std::optional<Difference> compare_births(const codec::MrzDate& zone, std::string_view text) {
    const auto birth = read_birth(text);
    if (!birth) return Difference::malformed_birth;
    const auto differ = [](auto a, auto b) { return a != 0 && b != 0 && a != b; };
    if (differ(zone.month, birth->month) || differ(zone.day, birth->day)) return Difference::birth;
    const bool other_year = differ(zone.year, birth->year);
    if (other_year && (zone.year - birth->year) % 100 != 0) return Difference::birth;
    if (other_year || !zone.complete() || !birth->complete()) return Difference::birth_unknown;
    return std::nullopt;
}

std::size_t room_of(codec::MrzFormat format) {
    constexpr std::size_t kRooms[] = {30, 31, 39, 39, 31};
    return kRooms[static_cast<std::size_t>(format)];
}

std::size_t written_size(const Words& words) {
    std::size_t out = 0;
    for (const Word& word : words) out += word.written.size() + 1;
    return out;
}

// 9303-4 4.2.3: a name that fits is not truncated, whatever its last character looks like.
ZoneNames judged_truncation(ZoneNames zone, const Names& names) {
    const std::size_t size = written_size(names.family) + 1 + written_size(names.given) - 1;
    zone.truncated = zone.truncated && size > zone.room;
    const std::size_t primary = joined_text(zone.primary).size();
    zone.primary_truncated = zone.truncated && primary * 2 > zone.room;
    return zone;
}

// One version of the certificate's names; the other fills in where it is empty or unreadable.
Differences compare_version(const ZoneNames& zone, const std::string& family,
                            const std::string& given, const std::string& other_family,
                            const std::string& other_given) {
    bool script = false;
    const auto words = [&](const std::string& first, const std::string& second) {
        bool unreadable = false;
        Words out = words_of(first, unreadable);
        if (out.empty()) out = words_of(second, unreadable);
        if (out.empty() && unreadable) script = true;
        return out;
    };
    const Names names{words(family, other_family), words(given, other_given)};
    if (script) return {Difference::script};
    return compare_names(names, judged_truncation(zone, names));
}

} // namespace

std::string_view difference_name(NameDifference difference) {
    constexpr std::string_view kNames[] = {
        "order",       "particle",   "middle_name", "truncated", "birth_unknown",
        "family_part", "given_part", "initial",     "spelling",  "transcription",
        "family",      "given",      "birth",       "script",    "malformed_birth"};
    return kNames[static_cast<std::size_t>(difference)];
}

PersonMatch match_person(const codec::Mrz& document, const CertificatePerson& person) {
    const ZoneNames zone{zone_words(document.primary), zone_words(document.secondary),
                         room_of(document.format), document.name_truncated, false};
    std::optional<Differences> best;
    keep_better(best, compare_version(zone, person.family, person.given, person.family_mrz,
                                      person.given_mrz));
    keep_better(best, compare_version(zone, person.family_mrz, person.given_mrz, person.family,
                                      person.given));
    Differences all = std::move(*best);
    if (const auto birth = compare_births(document.birth, person.birth)) all.insert(*birth);
    return {outcome_of(all), {all.begin(), all.end()}};
}

} // namespace salus::passport
