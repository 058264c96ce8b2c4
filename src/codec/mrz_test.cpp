// The specimens that ICAO 9303 prints, what a scanner gives, and every refusal by its name.

#include <algorithm>

#include <gtest/gtest.h>

#include "codec/mrz_specimens_test.hpp"

namespace salus::codec {
namespace {

// The names of the faults, in order.
std::vector<std::string> faults_of(std::string_view text) {
    std::vector<std::string> out;
    for (const MrzFault& fault : read_mrz(text, kToday).faults) {
        out.emplace_back(fault.error.name());
    }
    return out;
}

using Names = std::vector<std::string>;

// `text` with the characters at (line, column), both from 1, replaced.
std::string with(std::string_view text, std::size_t line, std::size_t column,
                 std::string_view replacement) {
    std::string out(text);
    const std::size_t width = out.find('\n') + 1;
    return out.replace((line - 1) * width + column - 1, replacement.size(), replacement);
}

// The same with the field's and the composite check digit made right again (two lines of 44).
std::string passport_with(std::size_t line, std::size_t column, std::string_view replacement) {
    std::string out = with(kPassport, line, column, replacement);
    const std::string low = out.substr(45);
    const auto set = [&](std::size_t at, std::string_view covered) {
        out[45 + at - 1] = mrz_check_digit(covered);
    };
    set(10, low.substr(0, 9));
    set(20, low.substr(13, 6));
    set(28, low.substr(21, 6));
    set(43, low.substr(28, 14));
    const std::string now = out.substr(45);
    set(44, now.substr(0, 10) + now.substr(13, 7) + now.substr(21, 22));
    return out;
}

void expect_anna(const Mrz& mrz) {
    EXPECT_EQ(mrz.primary, "ERIKSSON");
    EXPECT_EQ(mrz.secondary, "ANNA MARIA");
    EXPECT_FALSE(mrz.name_truncated);
    EXPECT_EQ(mrz.issuing_state, "UTO");
    EXPECT_EQ(mrz.sex, MrzSex::female);
}

TEST(Mrz, Part4SpecimenOfAPassport) {
    const MrzReading reading = read_mrz(kPassport, kToday);
    ASSERT_TRUE(reading.ok());
    expect_anna(*reading.mrz);
    EXPECT_EQ(reading.mrz->format, MrzFormat::td3);
    EXPECT_EQ(reading.mrz->document_code, "P");
    EXPECT_EQ(reading.mrz->document_number, "L898902C3");
    EXPECT_EQ(reading.mrz->nationality, "UTO");
    EXPECT_EQ(reading.mrz->birth, (MrzDate{1974, 8, 12}));
    EXPECT_EQ(reading.mrz->expiry, (MrzDate{2012, 4, 15}));
    EXPECT_EQ(reading.mrz->optional1, "ZE184226B");
    EXPECT_EQ(write_mrz(*reading.mrz).value(), kPassport);
}

TEST(Mrz, Part5SpecimenOfACard) {
    const MrzReading reading = read_mrz(kCard, kToday);
    ASSERT_TRUE(reading.ok());
    expect_anna(*reading.mrz);
    EXPECT_EQ(reading.mrz->format, MrzFormat::td1);
    EXPECT_EQ(reading.mrz->document_number, "D23145890");
    EXPECT_EQ(reading.mrz->expiry, (MrzDate{2012, 4, 15}));
    EXPECT_EQ(write_mrz(*reading.mrz).value(), kCard);
}

TEST(Mrz, Part6SpecimenOfABook) {
    const MrzReading reading = read_mrz(kSmallBook, kToday);
    ASSERT_TRUE(reading.ok());
    expect_anna(*reading.mrz);
    EXPECT_EQ(reading.mrz->format, MrzFormat::td2);
    EXPECT_EQ(reading.mrz->document_number, "D23145890");
    EXPECT_EQ(write_mrz(*reading.mrz).value(), kSmallBook);
}

TEST(Mrz, Part7SpecimensOfVisas) {
    const MrzReading large = read_mrz(kVisaA, kThen);
    ASSERT_TRUE(large.ok());
    expect_anna(*large.mrz);
    EXPECT_EQ(large.mrz->format, MrzFormat::mrv_a);
    EXPECT_EQ(large.mrz->document_number, "L8988901C");
    EXPECT_EQ(large.mrz->nationality, "XXX");
    EXPECT_EQ(large.mrz->birth, (MrzDate{1940, 9, 7}));
    EXPECT_EQ(large.mrz->expiry, (MrzDate{1996, 12, 10}));
    EXPECT_EQ(large.mrz->optional1, "6ZE184226B");
    EXPECT_EQ(write_mrz(*large.mrz).value(), kVisaA);
    const MrzReading small = read_mrz(kVisaB, kThen);
    ASSERT_TRUE(small.ok());
    expect_anna(*small.mrz);
    EXPECT_EQ(small.mrz->format, MrzFormat::mrv_b);
    EXPECT_EQ(write_mrz(*small.mrz).value(), kVisaB);
}

// Part 11, appendix D: document numbers of more than nine characters.
TEST(Mrz, LongDocumentNumbersOfPart11) {
    constexpr std::string_view kLongCard = "I<UTOD23145890<7349<<<<<<<<<<<\n"
                                           "3407127M9507122UTO<<<<<<<<<<<2\n"
                                           "STEVENSON<<PETER<JOHN<<<<<<<<<";
    constexpr std::string_view kLongBook = "I<UTOSTEVENSON<<PETER<JOHN<<<<<<<<<<\n"
                                           "D23145890<UTO3407127M95071227349<<<8";
    for (const std::string_view text : {kLongCard, kLongBook}) {
        const MrzReading reading = read_mrz(text, kThen);
        ASSERT_TRUE(reading.ok()) << text;
        EXPECT_EQ(reading.mrz->document_number, "D23145890734");
        EXPECT_EQ(reading.mrz->optional1, "");
        EXPECT_EQ(reading.mrz->birth, (MrzDate{1934, 7, 12}));
        EXPECT_EQ(write_mrz(*reading.mrz).value(), text);
    }
}

TEST(Mrz, CheckDigitsOfPart3AppendixA) {
    EXPECT_EQ(mrz_check_digit("520727"), '3');
    EXPECT_EQ(mrz_check_digit("AB2134<<<"), '5');
    EXPECT_EQ(mrz_check_digit("HA672242<658022549601086<<<<<<<<<<<<<<0"), '8');
    EXPECT_EQ(mrz_check_digit("D231458907<<<<<<<<<<<<<<<34071279507122<<<<<<<<<<<"), '2');
    EXPECT_EQ(mrz_check_digit("HA672242<658022549601086<<<<<<<"), '8');
}

TEST(Mrz, TakesWhatScannersAndPeopleGive) {
    const std::string lines(kPassport);
    const std::string one = lines.substr(0, 44) + lines.substr(45);
    std::string lower = lines;
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    }
    const Mrz expected = *read_mrz(kPassport, kToday).mrz;
    const std::vector<std::string> ways{one,
                                        one + "\r",
                                        lower,
                                        lines + "\n",
                                        lines.substr(0, 44) + "\r" + lines.substr(45) + "\r",
                                        lines.substr(0, 44) + "\r\n" + lines.substr(45) + "\r\n",
                                        "  \t" + lines.substr(0, 44) + "  \r\n\r\n \n\t" +
                                            lines.substr(45) + " "};
    for (const std::string& text : ways) {
        const MrzReading reading = read_mrz(text, kToday);
        ASSERT_TRUE(reading.ok()) << text;
        EXPECT_EQ(*reading.mrz, expected);
        EXPECT_EQ(reading.lines[1], lines.substr(45));
    }
    std::string card(kCard);
    std::erase(card, '\n');
    EXPECT_EQ(read_mrz(card, kToday).mrz->format, MrzFormat::td1);
    std::string visa(kVisaB);
    std::erase(visa, '\n');
    EXPECT_EQ(read_mrz(visa, kThen).mrz->format, MrzFormat::mrv_b);
}

TEST(Mrz, RefusesOtherShapes) {
    const std::string lines(kPassport);
    const std::vector<std::string> texts{"",
                                         " \r\n",
                                         "P",
                                         lines.substr(0, 44),
                                         lines.substr(0, 88),
                                         lines + "<",
                                         lines + "\n" + lines,
                                         std::string(89, '<'),
                                         std::string(kCard.substr(0, 61)),
                                         std::string(5000, 'A')};
    for (const std::string& text : texts) {
        const MrzReading reading = read_mrz(text, kToday);
        EXPECT_FALSE(reading.ok());
        ASSERT_EQ(reading.faults.size(), 1U) << text;
        EXPECT_EQ(reading.faults[0].error.kind(), kMrzShape);
        EXPECT_TRUE(reading.lines.empty());
    }
}

TEST(Mrz, RefusesLookalikesOfTheFillerAndBlanksWithin) {
    for (const std::string_view bad : {"«", "‹", "＜", "K̸", "(", "_", "\xff", "\xe2\x82", " "}) {
        std::string text(kPassport);
        text.replace(30, 1, bad);
        const MrzReading reading = read_mrz(text, kToday);
        EXPECT_FALSE(reading.ok()) << bad;
        ASSERT_FALSE(reading.faults.empty());
        EXPECT_FALSE(reading.suggestion);
        const bool named =
            std::any_of(reading.faults.begin(), reading.faults.end(),
                        [](const MrzFault& fault) { return fault.error.kind() == kMrzCharacter; });
        EXPECT_TRUE(named) << bad;
    }
    const MrzReading reading = read_mrz(with(kPassport, 1, 31, "#"), kToday);
    ASSERT_EQ(reading.faults.size(), 1U);
    EXPECT_EQ(reading.faults[0].field, MrzField::name);
    EXPECT_EQ(reading.faults[0].line, 1U);
    EXPECT_EQ(reading.faults[0].column, 31U);
    EXPECT_EQ(reading.faults[0].error.text(),
              "mrz.character: line 1, column 31: name: U+0023 is no character of a zone (ICAO "
              "9303-3 4.3: A-Z, 0-9 and < alone)");
}

// What depends on an unreadable character is not judged, all else is.
TEST(Mrz, SaysAllFaultsAtOnce) {
    std::string text = with(kPassport, 1, 1, "Q");
    text = with(text, 1, 3, "QQQ");
    text = with(text, 1, 7, "1");
    text = with(text, 2, 3, "%");
    text = with(text, 2, 11, "QQQ");
    text = with(text, 2, 16, "13");
    text = with(text, 2, 21, "X");
    text = with(text, 2, 28, "8");
    EXPECT_EQ(faults_of(text), (Names{"mrz.character", "mrz.document_code", "mrz.issuing_state",
                                      "mrz.name", "mrz.nationality", "mrz.date", "mrz.sex",
                                      "mrz.birth_check", "mrz.expiry_check"}));
}

TEST(Mrz, RefusesEachCheckDigitByName) {
    EXPECT_EQ(faults_of(with(kPassport, 2, 10, "7")),
              (Names{"mrz.document_number_check", "mrz.composite_check"}));
    EXPECT_EQ(faults_of(with(kPassport, 2, 20, "3")),
              (Names{"mrz.birth_check", "mrz.composite_check"}));
    EXPECT_EQ(faults_of(with(kPassport, 2, 28, "8")),
              (Names{"mrz.expiry_check", "mrz.composite_check"}));
    EXPECT_EQ(faults_of(with(kPassport, 2, 43, "2")),
              (Names{"mrz.personal_number_check", "mrz.composite_check"}));
    EXPECT_EQ(faults_of(with(kPassport, 2, 44, "1")), (Names{"mrz.composite_check"}));
    EXPECT_EQ(faults_of(with(kPassport, 2, 44, "<")), (Names{"mrz.composite_check"}));
    EXPECT_EQ(faults_of(with(kCard, 1, 15, "8")),
              (Names{"mrz.document_number_check", "mrz.composite_check"}));
    EXPECT_EQ(faults_of(with(kCard, 2, 30, "0")), (Names{"mrz.composite_check"}));
    EXPECT_EQ(faults_of(with(kSmallBook, 2, 36, "0")), (Names{"mrz.composite_check"}));
    EXPECT_EQ(faults_of(with(kVisaA, 2, 10, "5")), (Names{"mrz.document_number_check"}));
    EXPECT_EQ(faults_of(with(kVisaB, 2, 28, "8")), (Names{"mrz.expiry_check"}));
    const MrzFault fault = read_mrz(with(kPassport, 2, 10, "7"), kToday).faults[0];
    EXPECT_EQ(fault.line, 2U);
    EXPECT_EQ(fault.column, 10U);
    EXPECT_EQ(fault.field, MrzField::document_number_check);
}

TEST(Mrz, UnusedPersonalNumberMayHaveAFillerAsItsDigit) {
    const std::string zero = passport_with(2, 29, "<<<<<<<<<<<<<<");
    EXPECT_EQ(zero[45 + 42], '0');
    EXPECT_EQ(faults_of(zero), Names{});
    EXPECT_EQ(faults_of(with(zero, 2, 43, "<")), Names{});
    EXPECT_EQ(faults_of(with(zero, 2, 43, "1")),
              (Names{"mrz.personal_number_check", "mrz.composite_check"}));
    EXPECT_EQ(faults_of(with(kPassport, 2, 43, "<")),
              (Names{"mrz.personal_number_check", "mrz.composite_check"}));
}

TEST(Mrz, RefusesDocumentCodes) {
    for (const std::string_view code : {"Q<", "1<", "<P", "P1", "I<", "<<"}) {
        EXPECT_EQ(faults_of(with(kPassport, 1, 1, code)), (Names{"mrz.document_code"})) << code;
    }
    for (const std::string_view code : {"P<", "IV", "CV", "AI", "B<"}) {
        EXPECT_EQ(faults_of(with(kCard, 1, 1, code)), (Names{"mrz.document_code"})) << code;
    }
    for (const std::string_view code : {"IV", "AC", "P<"}) {
        EXPECT_EQ(faults_of(with(kSmallBook, 1, 1, code)), (Names{"mrz.document_code"})) << code;
    }
    EXPECT_EQ(faults_of(with(kVisaA, 1, 2, "5")), (Names{"mrz.document_code"}));
    for (const std::string_view code : {"PP", "PD", "PE", "PU"}) {
        EXPECT_EQ(faults_of(with(kPassport, 1, 1, code)), Names{}) << code;
    }
    EXPECT_EQ(faults_of(with(kCard, 1, 1, "AC")), Names{}); // crew member certificate
}

TEST(Mrz, KnowsTheCodesOfStates) {
    for (const std::string_view code : {"D<<", "UNO", "UNA", "UNK", "EUE", "RKS", "XOM", "GBD",
                                        "FRA", "TLS", "ZWE", "ABW", "XPO", "ANT"}) {
        EXPECT_EQ(faults_of(with(kPassport, 1, 3, code)), Names{}) << code;
        EXPECT_EQ(faults_of(with(kPassport, 2, 11, code)), Names{}) << code;
    }
    for (const std::string_view code : {"DEU", "D<D", "<<D", "XXD", "FR<", "F<<", "<<<", "UT0"}) {
        EXPECT_EQ(faults_of(with(kPassport, 1, 3, code)), (Names{"mrz.issuing_state"})) << code;
        EXPECT_EQ(faults_of(with(kPassport, 2, 11, code)), (Names{"mrz.nationality"})) << code;
    }
    for (const std::string_view code : {"XXA", "XXB", "XXC", "XXX"}) { // persons, no issuers
        EXPECT_EQ(faults_of(with(kPassport, 1, 3, code)), (Names{"mrz.issuing_state"})) << code;
        EXPECT_EQ(faults_of(with(kPassport, 2, 11, code)), Names{}) << code;
    }
}

TEST(Mrz, RefusesNames) {
    const auto named = [](std::string_view name) {
        std::string field(name);
        field.resize(39, '<');
        return read_mrz(with(kPassport, 1, 6, field), kToday);
    };
    const std::vector<std::pair<std::string_view, std::size_t>> cases{{"", 6},
                                                                      {"<ERIKSSON<<ANNA", 6},
                                                                      {"ERIKSSON<<<ANNA", 16},
                                                                      {"ERIKSSON<<ANNA<<MARIA", 20},
                                                                      {"ERIKSS0N<<ANNA", 12}};
    for (const auto& [name, column] : cases) {
        const MrzReading reading = named(name);
        ASSERT_EQ(reading.faults.size(), 1U) << name;
        EXPECT_EQ(reading.faults[0].error.kind(), kMrzName);
        EXPECT_EQ(reading.faults[0].column, column) << name;
    }
    EXPECT_EQ(named("ERIKSS0N<<ANN4").faults.size(), 2U);
    EXPECT_TRUE(named("ARKFREITH").ok());
    EXPECT_EQ(named("ARKFREITH").mrz->secondary, "");
}

TEST(Mrz, RefusesDocumentNumbers) {
    EXPECT_EQ(faults_of(passport_with(2, 1, "<<<<<<<<<")), (Names{"mrz.document_number"}));
    EXPECT_EQ(faults_of(passport_with(2, 1, "<L8989021")), (Names{"mrz.document_number"}));
    // No room for a long number but in TD1 and TD2; and no filler for a short one.
    EXPECT_EQ(faults_of(with(kPassport, 2, 10, "<")),
              (Names{"mrz.document_number_check", "mrz.composite_check"}));
    EXPECT_EQ(faults_of(with(kCard, 1, 14, "<<")),
              (Names{"mrz.document_number_check", "mrz.composite_check"}));
    for (const std::string_view rest : {"<<<<", "7<<<", "73AX", "ABC<"}) {
        EXPECT_EQ(faults_of(with(with(kCard, 1, 15, "<"), 1, 16, rest))[0],
                  "mrz.long_document_number")
            << rest;
    }
    EXPECT_EQ(faults_of(with(with(kCard, 1, 15, "<"), 1, 16, "7348<"))[0],
              "mrz.document_number_check");
}

TEST(Mrz, RefusesDates) {
    for (const std::string_view birth : {"741312", "740012", "740832", "740800", "740230", "7408<1",
                                         "7<0812", "<40812", "74O812", "010229"}) {
        EXPECT_EQ(faults_of(passport_with(2, 14, birth)), (Names{"mrz.date"})) << birth;
    }
    for (const std::string_view expiry : {"121315", "12<<15", "<<<<<<", "120431", "1204AA"}) {
        EXPECT_EQ(faults_of(passport_with(2, 22, expiry)), (Names{"mrz.date"})) << expiry;
    }
    const MrzReading reading = read_mrz(passport_with(2, 14, "7408A1"), kToday);
    ASSERT_EQ(reading.faults.size(), 1U);
    EXPECT_EQ(reading.faults[0].column, 18U);
}

TEST(Mrz, RefusesSexes) {
    for (const std::string_view sex : {"X", "0", "N"}) {
        EXPECT_EQ(faults_of(with(kPassport, 2, 21, sex)), (Names{"mrz.sex"})) << sex;
    }
    EXPECT_EQ(read_mrz(with(kPassport, 2, 21, "<"), kToday).mrz->sex, MrzSex::unspecified);
    EXPECT_EQ(read_mrz(with(kPassport, 2, 21, "M"), kToday).mrz->sex, MrzSex::male);
}

TEST(Mrz, YearsByTheRule) {
    const auto birth = [](std::string_view text) {
        return read_mrz(passport_with(2, 14, text), kToday).mrz->birth;
    };
    EXPECT_EQ(birth("261123"), (MrzDate{2026, 11, 23})); // today
    EXPECT_EQ(birth("261124"), (MrzDate{1926, 11, 24})); // tomorrow would be the future
    EXPECT_EQ(birth("270101"), (MrzDate{1927, 1, 1}));
    EXPECT_EQ(birth("000229"), (MrzDate{2000, 2, 29}));
    EXPECT_EQ(birth("74<<<<"), (MrzDate{1974, 0, 0}));
    EXPECT_EQ(birth("2612<<"), (MrzDate{1926, 12, 0}));
    EXPECT_EQ(birth("2611<<"), (MrzDate{2026, 11, 0}));
    EXPECT_EQ(birth("<<0229"), (MrzDate{0, 2, 29}));
    EXPECT_EQ(birth("<<<<<<"), (MrzDate{}));
    const auto expiry = [](std::string_view text) {
        return read_mrz(passport_with(2, 22, text), kToday).mrz->expiry.year;
    };
    EXPECT_EQ(expiry("461231"), 2046);
    EXPECT_EQ(expiry("470101"), 1947);
    EXPECT_EQ(expiry("991231"), 1999); // no passport is valid for so long
    Mrz card = *read_mrz(kCard, kToday).mrz;
    for (const int year : {2006, 2026, 2099, 2105}) {
        card.expiry = {year, 12, 31};
        EXPECT_EQ(read_mrz(write_mrz(card).value(), kToday).mrz->expiry.year, year);
    }
}

TEST(Mrz, SuggestsTheOneDouble) {
    const auto suggestion = [](std::string_view text) { return read_mrz(text, kToday).suggestion; };
    EXPECT_EQ(suggestion(with(kPassport, 2, 5, "9")), std::nullopt); // no double of anything
    EXPECT_EQ(suggestion(with(kPassport, 2, 6, "O")), (MrzSuggestion{2, 6, 'O', '0'}));
    EXPECT_EQ(suggestion(with(kPassport, 2, 27, "S")), (MrzSuggestion{2, 27, 'S', '5'}));
    EXPECT_EQ(suggestion(with(kPassport, 2, 31, "I")), std::nullopt); // or 2 for Z in column 34
    EXPECT_EQ(suggestion(with(kPassport, 2, 2, "B")), std::nullopt);  // three would fit
    EXPECT_EQ(suggestion(with(kPassport, 1, 12, "0")), (MrzSuggestion{1, 12, '0', 'O'}));
    EXPECT_EQ(suggestion(with(kPassport, 1, 5, "0")), (MrzSuggestion{1, 5, '0', 'O'}));
    EXPECT_EQ(suggestion(with(kPassport, 2, 18, "I")), (MrzSuggestion{2, 18, 'I', '1'}));
    EXPECT_EQ(suggestion(with(kCard, 3, 5, "5")), (MrzSuggestion{3, 5, '5', 'S'}));
    EXPECT_EQ(suggestion(kPassport), std::nullopt);
    // It is never applied.
    const MrzReading reading = read_mrz(with(kPassport, 2, 6, "O"), kToday);
    EXPECT_FALSE(reading.ok());
    EXPECT_EQ(reading.lines[1][5], 'O');
}

TEST(Mrz, ErrorsNameNoCharacterOfTheDocument) {
    const MrzReading reading = read_mrz(with(kPassport, 2, 1, "QQQQQQQQQQ"), kToday);
    for (const MrzFault& fault : reading.faults) {
        EXPECT_EQ(fault.error.text().find("QQ"), std::string::npos);
    }
}

} // namespace
} // namespace salus::codec
