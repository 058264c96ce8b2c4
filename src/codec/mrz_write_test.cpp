// What is written: names as ICAO 9303-4 prints them, truncation, and refusals by name.

#include <gtest/gtest.h>

#include "codec/mrz_specimens_test.hpp"

namespace salus::codec {
namespace {

// Part 4, 4.2.3; part 5 and 6 likewise. The names are written as they are printed there, where the
// standard leaves no choice.
TEST(Mrz, NamesOfPart4) {
    struct Case {
        std::string_view primary, secondary, line;
    };
    const std::vector<Case> cases{
        {"Eriksson", "Anna Maria", "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"},
        {"HENG", "DEBORAH MING LO", "PPUTOHENG<<DEBORAH<MING<LO<<<<<<<<<<<<<<<<<<"},
        {"SMITH-JONES", "SUSIE MARGARET", "PPUTOSMITH<JONES<<SUSIE<MARGARET<<<<<<<<<<<<"},
        {"O'CONNOR", "ENYA SIOBHAN", "PPUTOOCONNOR<<ENYA<SIOBHAN<<<<<<<<<<<<<<<<<<"},
        {"VAN DER MUELLEN", "MARTIN", "PPUTOVAN<DER<MUELLEN<<MARTIN<<<<<<<<<<<<<<<<"},
        {"AL-BASRI", "HUDA MUHAMMAD JAWAD", "PPUTOAL<BASRI<<HUDA<MUHAMMAD<JAWAD<<<<<<<<<<"},
        {"VILARCHAO FERNANDEZ", "JOSE RAMON", "PPUTOVILARCHAO<FERNANDEZ<<JOSE<RAMON<<<<<<<<"},
        {"ARKFREITH", "", "PPUTOARKFREITH<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<"},
        {"SATRIYA SUDARPA", "", "PPUTOSATRIYA<SUDARPA<<<<<<<<<<<<<<<<<<<<<<<<"},
        {"NILAVADHANANANDA", "CHAYAPA DEJTHAMRONG KRASUANG",
         "PPUTONILAVADHANANANDA<<CHAYAPA<DEJTHAMRONG<K"},
        {"NILAVADHANANANDA", "ARNPOL PETCH CHARONGUANG",
         "PPUTONILAVADHANANANDA<<ARNPOL<PETCH<CHARONGU"},
        {"PAPANDROPOULOUS", "JONATHON WARREN TREVOR",
         "PPUTOPAPANDROPOULOUS<<JONATHON<WARREN<TREVOR"}};
    Mrz mrz = *read_mrz(kPassport, kToday).mrz;
    mrz.document_code = "PP";
    for (const Case& it : cases) {
        mrz.primary = it.primary;
        mrz.secondary = it.secondary;
        const std::string text = write_mrz(mrz).value();
        EXPECT_EQ(text.substr(0, 44), it.line);
        const MrzReading back = read_mrz(text, kToday);
        ASSERT_TRUE(back.ok()) << text;
        EXPECT_EQ(back.mrz->name_truncated, it.line.back() != '<');
    }
}

// However long: a letter in the last place, both identifiers kept, and the zone reads.
TEST(Mrz, TruncatesWithALetterInTheLastPlace) {
    Mrz mrz = *read_mrz(kCard, kToday).mrz;
    const std::vector<std::pair<std::string, std::string>> names{
        {"BENNELONG WOOLOOMOOLOO WARRANDYTE WARNAMBOOL", "DINGO POTOROO"},
        {"ABCDEFGHIJ", "KLMNOPQRS TUVWXYZ ABC"}, // a blank would fall on the last place
        {"A B C D E F G H I J K L M N O P", "Q R S T U V W"},
        {std::string(60, 'X'), std::string(60, 'Y')},
        {std::string(60, 'X'), ""},
        {std::string(200'000, 'X'), std::string(200'000, 'Y')},
        {"PAPANDROPOULOUS", "JONATHON ALEC"}};
    for (const auto& [primary, secondary] : names) {
        mrz.primary = primary;
        mrz.secondary = secondary;
        const std::string text = write_mrz(mrz).value();
        EXPECT_NE(text.back(), '<') << text;
        const MrzReading back = read_mrz(text, kToday);
        ASSERT_TRUE(back.ok()) << text;
        EXPECT_TRUE(back.mrz->name_truncated);
        EXPECT_EQ(back.mrz->secondary.empty(), secondary.empty()) << text;
    }
}

// Nothing but initials may leave a filler in the last place: no letter could stand there.
TEST(Mrz, WritesMoreInitialsThanFit) {
    Mrz mrz = *read_mrz(kCard, kToday).mrz;
    mrz.primary = "A B C D E F G H I J K L M N O P Q R S";
    mrz.secondary = "";
    const MrzReading back = read_mrz(write_mrz(mrz).value(), kToday);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(back.mrz->primary, "A B C D E F G H I J K L M N O");
}

TEST(Mrz, WriterRefusesByName) {
    const Mrz good = *read_mrz(kPassport, kToday).mrz;
    const auto refusal = [&](auto change, std::string_view from = kPassport) {
        Mrz mrz = *read_mrz(from, kToday).mrz;
        change(mrz);
        const auto out = write_mrz(mrz);
        return std::string(out.ok() ? "" : out.error().name());
    };
    EXPECT_EQ(refusal([](Mrz& m) { m.document_code = "I"; }), "mrz.document_code");
    EXPECT_EQ(refusal([](Mrz& m) { m.document_code = "PPP"; }), "mrz.document_code");
    EXPECT_EQ(refusal([](Mrz& m) { m.document_code = ""; }), "mrz.document_code");
    EXPECT_EQ(refusal([](Mrz& m) { m.issuing_state = "XXA"; }), "mrz.issuing_state");
    EXPECT_EQ(refusal([](Mrz& m) { m.nationality = "DEU"; }), "mrz.nationality");
    EXPECT_EQ(refusal([](Mrz& m) { m.primary = "张"; }), "mrz.name");
    EXPECT_EQ(refusal([](Mrz& m) { m.primary = ""; }), "mrz.name");
    EXPECT_EQ(refusal([](Mrz& m) { m.secondary = "无忌"; }), "mrz.name");
    EXPECT_EQ(refusal([](Mrz& m) { m.document_number = ""; }), "mrz.document_number");
    EXPECT_EQ(refusal([](Mrz& m) { m.document_number = "AB-1"; }), "mrz.document_number");
    EXPECT_EQ(refusal([](Mrz& m) { m.document_number = "1234567890"; }),
              "mrz.long_document_number");
    EXPECT_EQ(refusal([](Mrz& m) { m.document_number = std::string(23, '1'); }, kCard),
              "mrz.long_document_number");
    EXPECT_EQ(refusal([](Mrz& m) { m.document_number = "12345678<0"; }, kCard),
              "mrz.long_document_number");
    EXPECT_EQ(refusal([](Mrz& m) { m.document_number = std::string(22, '1'); }, kCard), "");
    EXPECT_EQ(refusal([](Mrz& m) { m.birth = {1974, 2, 30}; }), "mrz.date");
    EXPECT_EQ(refusal([](Mrz& m) { m.birth = {-1, 2, 1}; }), "mrz.date");
    EXPECT_EQ(refusal([](Mrz& m) { m.expiry.day = 0; }), "mrz.date");
    EXPECT_EQ(refusal([](Mrz& m) { m.optional1 = std::string(15, 'A'); }), "mrz.optional_data");
    EXPECT_EQ(refusal([](Mrz& m) { m.optional1 = "a"; }), "mrz.optional_data");
    EXPECT_EQ(refusal([](Mrz& m) { m.optional1 = "A<"; }), "mrz.optional_data");
    EXPECT_EQ(refusal([](Mrz& m) { m.optional2 = "A"; }), "mrz.optional_data");
    EXPECT_TRUE(write_mrz(good).ok());
}

} // namespace
} // namespace salus::codec
