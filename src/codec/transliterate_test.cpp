// ICAO 9303-3 section 6 and ELOT 743, letter by letter and in names.

#include "codec/transliterate.hpp"

#include <gtest/gtest.h>

namespace salus::codec {
namespace {

TEST(Transliterate, NamesInManyScripts) {
    const std::vector<std::pair<std::string_view, std::string_view>> names{
        {"Müßig-Ångström", "MUESSIG<AANGSTROEM"},
        {"Térèsa CAÑON", "TERESA<CANON"},
        {"Nguyễn Thị Ánh Tuyết", "NGUYEN<THI<ANH<TUYET"},
        {"Đặng Hữu Phước", "DANG<HUU<PHUOC"},
        {"İbrahim Yıldız Çağlayan", "IBRAHIM<YILDIZ<CAGLAYAN"},
        {"Wałęsa Gżegżółka", "WALESA<GZEGZOLKA"},
        {"Þórður Æsir", "THORDUR<AESIR"},
        {"d'Artagnan", "DARTAGNAN"},
        {"O’Neil, Jr.", "ONEIL<JR"},
        {"Marie--Élise", "MARIE<ELISE"},
        {"Ĳsselmeer Cœur", "IJSSELMEER<COEUR"},
        {"Щербина Юлия", "SHCHERBINA<IULIIA"},
        {"Ковальчук", "KOVALCHUK"},
        {"Соловьёв", "SOLOVEV"},
        {"Παπαδόπουλος", "PAPADOPOULOS"},
        {"Ευαγγελία Αυγή", "EVANGELIA<AVGI"},
        {"Μπάμπης Ξανθός Λευτέρης", "BAMPIS<XANTHOS<LEFTERIS"},
        {"محمد", "MXHMD"},
        {"فاطمة علي", "FAXTTMXAH<ELY"},
        {"عبّاس", "EBBAS"},    // shadda doubles: table C, note 3
        {"فضّة", "FXDZDZXAH"}, // the same note; teh marbuta at the end: note 2
        {"李明", ""},
        {"Zhāng 伟", "ZHANG"},
        {"", ""},
        {" - ' ", ""}};
    for (const auto& [name, expected] : names) EXPECT_EQ(transliterate(name), expected) << name;
}

TEST(Transliterate, ChoicesOfTheTables) {
    const std::vector<std::pair<std::string_view, std::string_view>> letters{
        {"Ä", "AE|A"},        {"å", "AA|A"},     {"Ñ", "N|NXX"}, {"ö", "OE|O"},  {"Ø", "OE"},
        {"ü", "UE|UXX|U|YU"}, {"þ", "TH"},       {"ẞ", "SS"},    {"Œ", "OE"},    {"Ё", "E|IO"},
        {"Г", "G|H"},         {"Щ", "SHCH|SHT"}, {"Ь", ""},      {"ю", "IU|YU"}, {"ة", "XAH|XTA"}};
    for (const auto& [letter, spellings] : letters) {
        const auto read = name_letters(letter);
        ASSERT_EQ(read.size(), 1U) << letter;
        EXPECT_EQ(read[0].spellings, spellings) << letter;
    }
}

TEST(Transliterate, ComposesBaseAndMark) {
    for (const auto& [composed, apart] : std::vector<std::pair<std::string_view, std::string_view>>{
             {"ü", "u\u0308"}, {"Å", "A\u030a"}, {"ñ", "n\u0303"}, {"й", "и\u0306"}}) {
        const auto one = name_letters(composed);
        const auto other = name_letters(apart);
        ASSERT_EQ(other.size(), 1U);
        EXPECT_EQ(one[0].spellings, other[0].spellings) << composed;
    }
    EXPECT_EQ(transliterate("e\u0301\u0323"), "E");
}

TEST(Transliterate, TellsWhatItCannotWrite) {
    const auto letters = name_letters("a李");
    ASSERT_EQ(letters.size(), 2U);
    EXPECT_EQ(letters[0].kind, NameLetter::Kind::letter);
    EXPECT_EQ(letters[1].kind, NameLetter::Kind::unknown);
    EXPECT_EQ(name_letters("a\xe6\x9d").size(), 1U); // cut off
    EXPECT_EQ(transliterate("a\xf0\x9f"), "A");
    EXPECT_EQ(transliterate("\xff\xff\xff"), "");
}

} // namespace
} // namespace salus::codec
