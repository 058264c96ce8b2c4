// The WHO's GDHCN validator: a sample of each family of certificates, decoded to what its README
// says is inside. Excepted by name: DIVOC, a zipped W3C credential (JSON-LD), which is not read;
// the WHO's DDCC of 2021, whose payload is no CWT; a NaN, and a gzip trailer (see below).

#include <cmath>
#include <map>

#include <gtest/gtest.h>

#include "codec/base45.hpp"
#include "codec/base64url.hpp"
#include "codec/cbor.hpp"
#include "codec/deflate.hpp"
#include "envelope/cose.hpp"
#include "passport/document.hpp"
#include "support/archives.hpp"

namespace salus::passport {
namespace {

namespace fs = std::filesystem;
namespace json = codec::json;
using codec::Cbor;
using codec::Json;

// As the corpus prints CBOR: keys as text, bytes in base64 without padding.
Json printed(const Cbor& value) {
    if (const auto* text = value.if_text()) return Json(json::string(*text));
    if (const auto* bytes = value.if_bytes()) {
        std::string out = codec::base64_encode(*bytes);
        while (out.ends_with('=')) out.pop_back();
        return Json(json::string(out));
    }
    if (const auto* items = value.if_array()) {
        json::array out;
        for (const Cbor& item : *items) out.push_back(printed(item));
        return out;
    }
    if (const auto* members = value.if_map()) {
        json::object out;
        for (const auto& [key, member] : *members) {
            const auto number = key.as_integer();
            out[number ? std::to_string(*number) : *key.if_text()] = printed(member);
        }
        return out;
    }
    if (const auto number = value.as_integer()) return *number;
    if (const auto number = value.as_double()) return *number;
    if (const auto truth = value.as_bool()) return *truth;
    return nullptr;
}

std::string trimmed(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
}

class Gdhcn : public ::testing::Test {
protected:
    void SetUp() override {
        const auto found = test::data_path("credentials/who-gdhcn-validator");
        if (!found) GTEST_SKIP() << "credentials/who-gdhcn-validator is absent (SALUS_TEST_DATA)";
        folder_ = *found;
    }
    std::string text(const std::string& file) const {
        return trimmed(test::read_file(folder_ / file));
    }
    fs::path folder_;
};

// Any HCERT, also those of the WHO's own containers, which read_document does not take.
Json opened(const std::string& code) {
    const Bytes packed = codec::base45_decode(code.substr(4)).value();
    const Bytes message = codec::inflate(packed, codec::Deflate::zlib, 65'536).value();
    const auto cose = envelope::cose_decode(message);
    EXPECT_TRUE(cose.ok()) << cose.error().text();
    return printed(codec::cbor_decode(cose->payload).value());
}

TEST_F(Gdhcn, EveryHcertOpensToWhatWasUnpacked) {
    std::size_t compared = 0, opened_alone = 0;
    const auto expected = codec::parse_json(test::read_file(folder_ / "expected.json")).value();
    for (const Json& item : expected.as_array()) {
        const std::string code = text(std::string(item.at("qr").as_string()));
        if (!code.starts_with("HC1:")) continue;
        const Json contents = opened(code);
        if (!item.at("unpacked").is_string()) {
            ++opened_alone;
            continue;
        }
        const auto unpacked = codec::parse_json(text(std::string(item.at("unpacked").as_string())));
        ASSERT_TRUE(unpacked.ok());
        EXPECT_EQ(contents, unpacked->at("contents")) << item.at("case");
        ++compared;
    }
    EXPECT_EQ(compared, 8U);
    EXPECT_EQ(opened_alone, 1U); // EUUruguay: no unpacked file in the corpus
}

TEST_F(Gdhcn, EveryFamilyIsReadOrRefusedByName) {
    const std::map<std::string, std::string> families{
        {"DIVOCJamaica", "structure.not_ours"}, // B64: and a zip
        {"DIVOCQR1", "structure.not_ours"},
        {"DVCTestQR", "icvp"},
        {"DVCTest2QR", "icvp"},
        {"DVCTest3QR", "icvp"},
        {"EUItalyAcceptanceQR", "dcc"},
        {"EUQR1", "dcc"},
        {"EUUruguay", "structure.cwt"}, // ItsExpiryIsNoNumber
        {"ICAOAUQR1", "vds-nc"},
        {"ICAOJPQR1", "vds-nc"},
        {"SHCQR1", "shc"},
        {"SHCSenegal", "shc"},              // gzip's trailer after the DEFLATE stream
        {"WHOQR1", "structure.no_content"}, // TheDdccSamplesAreNoCwt
        {"WHOQR2", "structure.no_content"},
        {"WHOSingaporePCR", "structure.no_content"}};
    const auto expected = codec::parse_json(test::read_file(folder_ / "expected.json")).value();
    std::map<std::string, std::string> found;
    for (const Json& item : expected.as_array()) {
        const auto document = read_document(text(std::string(item.at("qr").as_string())));
        found[std::string(item.at("case").as_string())] =
            document.ok() ? std::string(document_json(*document).at("kind").as_string())
                          : std::string(document.error().name());
    }
    EXPECT_EQ(found, families);
}

// Why three are refused: the COSE payload is the bare DDCC core data set, a map of text keys, with
// no issuer, no time of issue and no expiry; the key's name is "11". The specification puts DDCC
// under claim -260, 3 and 4 (WHO SMART Trust hcert_spec 3.2); none covers this draft of 2021.
TEST_F(Gdhcn, TheDdccSamplesAreNoCwt) {
    for (const char* name : {"WHOQR1", "WHOQR2", "WHOSingaporePCR"}) {
        const Json contents = opened(text(std::string(name) + "Contents.txt"));
        ASSERT_TRUE(contents.is_object()) << name;
        EXPECT_TRUE(contents.as_object().contains("name")) << name;
        for (const auto& member : contents.as_object()) {
            EXPECT_EQ(member.key().find_first_of("-0123456789"), json::string_view::npos)
                << name << " has the claim " << member.key();
        }
    }
}

// Why EUUruguay is refused: exp is a NumericDate (RFC 8392 3.1.4), which is a JSON number of
// seconds (RFC 7519 2); NaN is none, and no time comes before it.
TEST_F(Gdhcn, ItsExpiryIsNoNumber) {
    const Json contents = opened(text("EUUruguayContents.txt"));
    ASSERT_TRUE(contents.at("4").is_double());
    EXPECT_TRUE(std::isnan(contents.at("4").as_double()));
    EXPECT_TRUE(contents.as_object().contains("-260"));
}

TEST_F(Gdhcn, TheCertificateOfVaccinationIsShown) {
    const auto document = read_document(text("DVCTestQR.txt"));
    ASSERT_TRUE(document.ok());
    const json::object shown = document_json(*document);
    EXPECT_EQ(shown.at("name"), "Aulo Agerio");
    EXPECT_EQ(shown.at("disease"), "Yellow fever");
    EXPECT_EQ(shown.at("vaccine"), "yellow fever vaccine");
    EXPECT_EQ(shown.at("manufacturer"), "HIPRA");
    EXPECT_EQ(shown.at("date"), "1904-08-23");
    EXPECT_EQ(shown.at("lot"), "123123123");
    EXPECT_EQ(shown.at("guardian"), "Parent/Juan Medina");
    EXPECT_EQ(shown.at("nationality"), "CL");
    EXPECT_EQ(shown.at("validUntil"), "2015-02-07");
}

} // namespace
} // namespace salus::passport
