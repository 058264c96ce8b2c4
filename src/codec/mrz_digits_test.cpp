// 10,000 generated zones of all formats: read back equal; and of each what single errors the check
// digits let through, which must be exactly what an oracle of its own says. The oracle knows 9303-3
// 4.9 and the positions of parts 4 to 6 as printed there, and nothing of the reader.

#include <algorithm>

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/random.hpp"
#include "codec/mrz_specimens_test.hpp"

namespace salus::codec {
namespace {

constexpr int kZones = 10'000;
// Of these every character of every position that a check digit covers or is becomes each of the 36
// others; of the rest one position in kSampled. Transpositions of neighbours are tried in all.
constexpr int kWhole = 150;
constexpr std::size_t kSampled = 96;

constexpr std::string_view kAlphabet = "<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

class Generator {
public:
    explicit Generator(std::uint64_t seed) : random_(seed) {}

    std::size_t below(std::size_t n) { return random_.next() % n; }
    bool one_in(std::size_t n) { return below(n) == 0; }

    std::string text(std::size_t size, std::string_view alphabet) {
        std::string out;
        for (std::size_t i = 0; i < size; ++i) out += alphabet[below(alphabet.size())];
        return out;
    }
    std::string letters(std::size_t most) { return text(1 + below(most), kAlphabet.substr(11)); }
    // Begins and ends with no filler; may hold some.
    std::string data(std::size_t most, bool fillers) {
        if (most == 0) return {};
        std::string out = text(1 + below(most), kAlphabet.substr(fillers ? 0 : 1));
        if (out.front() == '<') out.front() = 'X';
        if (out.back() == '<') out.back() = '7';
        return out;
    }
    std::string name(std::size_t room) {
        std::string out;
        while (out.size() < room && (out.empty() || !one_in(3))) {
            if (!out.empty()) out += ' ';
            out += letters(9);
        }
        out.resize(std::min(out.size(), room));
        if (out.ends_with(' ')) out.back() = 'Q';
        return out;
    }
    MrzDate date(int from, int years) {
        return {from + static_cast<int>(below(static_cast<std::size_t>(years))),
                static_cast<unsigned>(1 + below(12)), static_cast<unsigned>(1 + below(28))};
    }
    template <std::size_t N>
    std::string pick(const std::string_view (&list)[N]) {
        return std::string(list[below(N)]);
    }

    Mrz zone();

private:
    void number_and_data(Mrz& mrz);

    SeededRandom random_;
};

void Generator::number_and_data(Mrz& mrz) {
    const bool card = mrz.format == MrzFormat::td1 || mrz.format == MrzFormat::td2;
    constexpr std::size_t kRoom[] = {15, 7, 14, 16, 8};
    std::size_t room = kRoom[static_cast<std::size_t>(mrz.format)];
    mrz.document_number = data(9, true);
    if (card && one_in(3)) {
        const std::string rest = data(room - 2, false);
        mrz.document_number = data(8, true);
        mrz.document_number.resize(9, 'K');
        mrz.document_number += rest;
        room -= rest.size() + 2;
    }
    if (!one_in(3)) mrz.optional1 = data(room, true);
    if (mrz.format == MrzFormat::td1 && !one_in(3)) mrz.optional2 = data(11, true);
}

Mrz Generator::zone() {
    constexpr std::string_view kCodes[] = {"I", "I", "P", "V", "V"};
    constexpr std::string_view kStates[] = {"UTO", "D", "UNO", "FRA", "CHN", "XOM"};
    constexpr std::string_view kNationalities[] = {"UTO", "D", "XXA", "XXX", "BRA", "GBN"};
    constexpr std::size_t kNameRoom[] = {30, 31, 39, 39, 31};
    Mrz out;
    out.format = static_cast<MrzFormat>(below(5));
    const auto index = static_cast<std::size_t>(out.format);
    out.document_code = kCodes[index];
    if (one_in(2)) out.document_code += text(1, "BDES");
    out.issuing_state = pick(kStates);
    out.nationality = pick(kNationalities);
    out.primary = name(20);
    const std::size_t room = kNameRoom[index] - out.primary.size() - 2;
    if (!one_in(6)) out.secondary = name(room);
    const std::size_t used =
        out.primary.size() + (out.secondary.empty() ? 0 : out.secondary.size() + 2);
    out.name_truncated = used == kNameRoom[index];
    out.birth = date(1927, 99);
    if (one_in(10)) out.birth.day = 0;
    if (out.birth.day == 0 && one_in(2)) out.birth.month = 0;
    if (out.birth.month == 0 && one_in(2)) out.birth.year = 0;
    out.expiry = date(2006, 40);
    out.sex = static_cast<MrzSex>(below(3));
    number_and_data(out);
    return out;
}

// The oracle: check digits as runs of (line, column, length), counted from 0, and their weights.
struct Stretch {
    std::size_t line, column, length;
};
struct Digit {
    Stretch at; // of one character
    std::vector<Stretch> covers;
};

std::vector<Digit> digits_of(const Mrz& mrz) {
    if (mrz.format == MrzFormat::td1) {
        std::vector<Digit> out{{{0, 14, 1}, {{0, 5, 9}}},
                               {{1, 6, 1}, {{1, 0, 6}}},
                               {{1, 14, 1}, {{1, 8, 6}}},
                               {{1, 29, 1}, {{0, 5, 25}, {1, 0, 7}, {1, 8, 7}, {1, 18, 11}}}};
        const std::size_t rest = mrz.document_number.size() - 9;
        if (mrz.document_number.size() > 9) {
            out[0] = {{0, 15 + rest, 1}, {{0, 5, 9}, {0, 15, rest}}};
        }
        return out;
    }
    std::vector<Digit> out{
        {{1, 9, 1}, {{1, 0, 9}}}, {{1, 19, 1}, {{1, 13, 6}}}, {{1, 27, 1}, {{1, 21, 6}}}};
    if (mrz.format == MrzFormat::td2) {
        out.push_back({{1, 35, 1}, {{1, 0, 10}, {1, 13, 7}, {1, 21, 14}}});
        const std::size_t rest = mrz.document_number.size() - 9;
        if (mrz.document_number.size() > 9) {
            out[0] = {{1, 28 + rest, 1}, {{1, 0, 9}, {1, 28, rest}}};
        }
    }
    if (mrz.format == MrzFormat::td3) {
        out.push_back({{1, 42, 1}, {{1, 28, 14}}});
        out.push_back({{1, 43, 1}, {{1, 0, 10}, {1, 13, 7}, {1, 21, 22}}});
    }
    return out;
}

int worth(char c) {
    if (c == '<') return 0;
    return c <= '9' ? c - '0' : c - 'A' + 10;
}

// A check digit stays right where the change of the weighted sum that it covers, less its own
// change, is a multiple of 10, and it still is a digit: of one character 10 | weight·difference.
class Oracle {
public:
    explicit Oracle(const Mrz& mrz)
        : digits_(digits_of(mrz)), unused_(mrz.format == MrzFormat::td3 && mrz.optional1.empty()) {}

    bool unseen(const std::vector<std::string>& before,
                const std::vector<std::string>& after) const {
        // The filler for a digit is there for an unused personal number alone (9303-4 4.2.2).
        if (unused_ && after[1].substr(28, 14) != std::string(14, '<')) return false;
        for (const Digit& digit : digits_) {
            const char now = at(after, digit.at);
            const bool none = unused_ && now == '<' && digit.covers[0].length == 14;
            if (!none && (now < '0' || now > '9')) return false;
            if ((sum_change(digit, before, after) - worth(now) + worth(at(before, digit.at))) %
                    10 !=
                0) {
                return false;
            }
        }
        return true;
    }
    // Every position that a check digit covers or is.
    std::vector<Stretch> positions() const {
        std::vector<Stretch> out;
        for (const Digit& digit : digits_) {
            add(out, digit.at);
            for (const Stretch& run : digit.covers) {
                for (std::size_t i = 0; i < run.length; ++i)
                    add(out, {run.line, run.column + i, 1});
            }
        }
        return out;
    }

    // The left ones of all neighbours of which one, at least, is such a position.
    std::vector<Stretch> neighbours() const {
        std::vector<Stretch> out;
        for (const Stretch& position : positions()) {
            add(out, position);
            if (position.column > 0) add(out, {position.line, position.column - 1, 1});
        }
        return out;
    }

private:
    static int sum_change(const Digit& digit, const std::vector<std::string>& before,
                          const std::vector<std::string>& after) {
        constexpr int kWeights[] = {7, 3, 1};
        int change = 0;
        std::size_t n = 0;
        for (const Stretch& stretch : digit.covers) {
            for (std::size_t i = 0; i < stretch.length; ++i, ++n) {
                const Stretch one{stretch.line, stretch.column + i, 1};
                change += kWeights[n % 3] * (worth(at(after, one)) - worth(at(before, one)));
            }
        }
        return change;
    }
    static char at(const std::vector<std::string>& lines, const Stretch& run) {
        return lines[run.line][run.column];
    }
    static void add(std::vector<Stretch>& out, const Stretch& run) {
        for (const Stretch& known : out) {
            if (known.line == run.line && known.column == run.column) return;
        }
        out.push_back(run);
    }

    std::vector<Digit> digits_;
    bool unused_;
};

std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines) out += line + "\n";
    return out;
}

// Whether the reader finds a fault that only a check digit shows.
bool digits_complain(const MrzReading& reading) {
    for (const MrzFault& fault : reading.faults) {
        const std::string_view name = fault.error.name();
        if (name.ends_with("_check") || name == "mrz.long_document_number") return true;
    }
    return false;
}

// Errors that move the end of a long number, or make one of a short one, make other digits cover
// other characters: the oracle judges only zones whose number keeps its form. (The filler after
// nine characters, the run that goes on, and its end.)
bool same_form(const Mrz& mrz, const std::vector<std::string>& lines) {
    if (mrz.format != MrzFormat::td1 && mrz.format != MrzFormat::td2) return true;
    const bool card = mrz.format == MrzFormat::td1;
    const std::string& line = lines[card ? 0 : 1];
    const std::size_t number = card ? 5 : 0;
    const std::size_t data = card ? 15 : 28;
    const bool is_long = line[number + 9] == '<' && line[number + 8] != '<';
    if (mrz.document_number.size() <= 9) return !is_long;
    return is_long && line.find('<', data) == data + mrz.document_number.size() - 9 + 1;
}

struct Tally {
    std::size_t tried = 0, unseen = 0, reshaped = 0;
};

// Compares reader and oracle for one changed zone.
void judge(const Mrz& mrz, const Oracle& oracle, const std::vector<std::string>& before,
           const std::vector<std::string>& after, Tally& tally) {
    const MrzReading reading = read_mrz(joined(after), kToday);
    ++tally.tried;
    if (!same_form(mrz, after)) {
        ++tally.reshaped; // refused, or read as another number: never as the same document
        ASSERT_FALSE(reading.ok() && *reading.mrz == mrz) << joined(after);
        return;
    }
    const bool unseen = oracle.unseen(before, after);
    if (unseen) ++tally.unseen;
    ASSERT_EQ(digits_complain(reading), !unseen) << joined(before) << joined(after);
}

TEST(MrzDigits, ReadBackEqual) {
    Generator generator(9303);
    std::array<int, 5> formats{};
    for (int i = 0; i < kZones; ++i) {
        const Mrz mrz = generator.zone();
        const auto text = write_mrz(mrz);
        ASSERT_TRUE(text.ok()) << text.error().text();
        const MrzReading reading = read_mrz(*text, kToday);
        ASSERT_TRUE(reading.ok()) << *text << "\n" << reading.faults[0].error.text();
        ASSERT_EQ(*reading.mrz, mrz) << *text;
        ++formats[static_cast<std::size_t>(mrz.format)];
    }
    for (const int count : formats) EXPECT_GT(count, 1800);
}

TEST(MrzDigits, SubstitutionsThatGoThroughAreThoseOfTheOracle) {
    Generator generator(9303);
    Tally tally;
    std::size_t turn = 0;
    for (int i = 0; i < kZones; ++i) {
        const Mrz mrz = generator.zone();
        const Oracle oracle(mrz);
        const auto before = read_mrz(write_mrz(mrz).value(), kToday).lines;
        for (const Stretch& position : oracle.positions()) {
            if (i >= kWhole && ++turn % kSampled != 0) continue;
            auto after = before;
            for (const char c : kAlphabet) {
                if (c == before[position.line][position.column]) continue;
                after[position.line][position.column] = c;
                judge(mrz, oracle, before, after, tally);
                if (HasFatalFailure()) return;
            }
        }
    }
    fmt::print("{} substitutions: {} beyond the check digits, {} of another form\n", tally.tried,
               tally.unseen, tally.reshaped);
    EXPECT_GT(tally.tried, 250'000U);
    // 10 | weight·difference: with 37 characters of worth 0 to 35, 104 of 1332 ordered pairs, fewer
    // for the digits.
    EXPECT_NEAR(static_cast<double>(tally.unseen) / static_cast<double>(tally.tried), 0.077, 0.005);
}

TEST(MrzDigits, TranspositionsThatGoThroughAreThoseOfTheOracle) {
    Generator generator(9303);
    Tally tally;
    for (int i = 0; i < kZones; ++i) {
        const Mrz mrz = generator.zone();
        const Oracle oracle(mrz);
        const auto before = read_mrz(write_mrz(mrz).value(), kToday).lines;
        for (const Stretch& position : oracle.neighbours()) {
            auto after = before;
            std::string& line = after[position.line];
            if (position.column + 1 >= line.size()) continue;
            char& left = line[position.column];
            char& right = line[position.column + 1];
            if (left == right) continue;
            std::swap(left, right);
            judge(mrz, oracle, before, after, tally);
            if (HasFatalFailure()) return;
        }
    }
    fmt::print("{} transpositions: {} beyond the check digits, {} of another form\n", tally.tried,
               tally.unseen, tally.reshaped);
    EXPECT_GT(tally.tried, 200'000U);
}

// The set by name, on one number: 0/A/K/U and their like, at every weight.
TEST(MrzDigits, WhatGoesThroughInADocumentNumber) {
    Mrz mrz = *read_mrz(kPassport, kToday).mrz;
    mrz.document_number = "000000000";
    const auto lines = read_mrz(write_mrz(mrz).value(), kToday).lines;
    for (std::size_t i = 0; i < 9; ++i) {
        std::string through;
        for (const char c : kAlphabet) {
            auto after = lines;
            after[1][i] = c;
            if (c != '0' && !digits_complain(read_mrz(joined(after), kToday))) through += c;
        }
        EXPECT_EQ(through, "<AKU") << i;
    }
}

} // namespace
} // namespace salus::codec
