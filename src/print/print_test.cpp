#include <gtest/gtest.h>

#include "passport/hcert.hpp"
#include "print/certificate.hpp"
#include "print/pdf_language.hpp"

namespace salus::print {
namespace {

namespace json = codec::json;

constexpr std::int64_t kNow = 1'790'000'000; // 2026-09-21

std::string certificate(const std::string& lot = "EX1234") {
    SeededRandom random(3);
    const crypto::SecretKey32 key = crypto::p256::generate(random);
    passport::CertificateContent content;
    content.issuer = "DE";
    content.issued = kNow - 100;
    content.expires = kNow + 1'000'000;
    content.content = json::object{
        {"patient",
         json::object{{"name", json::object{{"family", "Müßig-Ångström"}, {"given", "Zoë"}}},
                      {"birthDate", "1990-05-17"}}},
        {"vaccine", json::object{{"text", "Yellow fever"}}},
        {"occurrence", "2021-06-01"},
        {"lotNumber", lot}};
    return passport::encode_hcert(content, {}, key)->text;
}

std::string pdf(const PrintOptions& options, const std::string& code = certificate()) {
    const auto made = print_certificate(code, options);
    EXPECT_TRUE(made.ok()) << made.error().text();
    return made.ok() ? to_string(*made) : std::string();
}

TEST(Print, TheSameGivesTheSameBytes) {
    for (const std::string_view tag : language_tags()) {
        for (const Layout layout : {Layout::sheet, Layout::card}) {
            const PrintOptions options{*language_of(tag), layout, kNow};
            const std::string once = pdf(options);
            EXPECT_TRUE(once.starts_with("%PDF-1."));
            EXPECT_EQ(once, pdf(options)) << tag;
            EXPECT_NE(once.find("/Lang (" + std::string(tag) + ")"), std::string::npos);
            EXPECT_NE(once.find("/MarkInfo << /Marked true >>"), std::string::npos);
            EXPECT_NE(once.find("20260921"), std::string::npos);
        }
    }
    EXPECT_NE(pdf({Language::english, Layout::sheet, kNow}),
              pdf({Language::english, Layout::sheet, kNow + 86'400}));
}

TEST(Print, EveryWordStandsInEveryLanguage) {
    for (int word = 0; word <= static_cast<int>(Word::printed); ++word) {
        std::set<std::string_view> seen;
        for (const std::string_view tag : language_tags()) {
            const std::string_view text = say(static_cast<Word>(word), *language_of(tag));
            EXPECT_FALSE(text.empty()) << word << " " << tag;
            seen.insert(text);
        }
        EXPECT_GE(seen.size(), 5U) << word; // "Dose" is French, too
    }
}

TEST(Print, LanguagesAndLayoutsByName) {
    EXPECT_EQ(language_of("fr-CA"), Language::french);
    EXPECT_EQ(language_of("ZH"), Language::chinese);
    EXPECT_EQ(language_of("ar_EG"), Language::arabic);
    for (const char* bad : {"", "f", "de", "fre", "french"}) EXPECT_FALSE(language_of(bad)) << bad;
    EXPECT_EQ(layout_of("card"), Layout::card);
    EXPECT_FALSE(layout_of("poster"));
    EXPECT_TRUE(is_right_to_left(Language::arabic));
    EXPECT_FALSE(is_right_to_left(Language::chinese));
}

TEST(Print, RefusesByName) {
    const PrintOptions card{Language::english, Layout::card, kNow};
    EXPECT_EQ(print_certificate("HELLO", card).error().kind(), passport::kNotHcert);
    EXPECT_EQ(print_certificate("", card).error().kind(), passport::kEmptyText);
    std::string long_lot;
    SeededRandom random(1);
    while (long_lot.size() < 1000) long_lot += to_hex(random.bytes<8>().bytes);
    const std::string dense = certificate(long_lot);
    EXPECT_EQ(print_certificate(dense, card).error().kind(), kTooLargeForCard);
    EXPECT_FALSE(pdf({Language::english, Layout::sheet, kNow}, dense).empty());
}

TEST(PdfLanguage, RefusesWhatIsNoSuchFile) {
    for (const char* bad : {"", "%PDF-1.5\n", "trailer << /Size 3 >>\nstartxref\n9\n%%EOF",
                            "trailer << /Size 3 /Root 2 0 R >>\nstartxref\n9\n%%EOF"}) {
        const auto made = with_language(to_bytes(std::string_view(bad)), "en");
        ASSERT_FALSE(made.ok()) << bad;
        EXPECT_EQ(made.error().kind(), kBadPdf);
    }
}

} // namespace
} // namespace salus::print
