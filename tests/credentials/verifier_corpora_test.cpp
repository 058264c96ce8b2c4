// The corpora through the one verifier, as a desk uses it: a trust source imported from the
// corpus's own certificates and key sets, the text of the code, a verdict. What single steps of
// decoding should give is tested beside them (dgc_corpus_test, smart_health_cards_test).

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "codec/base64url.hpp"
#include "codec/qr.hpp"
#include "crypto/hash.hpp"
#include "envelope/date_time.hpp"
#include "passport/json_text.hpp"
#include "passport/verifier.hpp"
#include "support/archives.hpp"

namespace salus::passport {
namespace {

using codec::Json;
namespace json = codec::json;

SourceInfo info_of(std::string name, std::int64_t now) {
    SourceInfo out;
    out.name = std::move(name);
    out.origin = "corpus";
    out.fetched_at = now;
    out.use_until = now + 86'400;
    out.purposes = kEveryPurpose;
    return out;
}

Verifier verifier_of(TrustSource source) {
    std::vector<TrustSource> sources;
    sources.push_back(std::move(source));
    return Verifier(TrustList{}, nullptr, {*TrustSources::make(std::move(sources)), nullptr});
}

// ---- dgc-testdata

constexpr std::string_view kDgc = "credentials/eu-dgc-testdata";

struct Exception {
    std::string_view file, expectation, reason;
};
constexpr Exception kDgcExceptions[] = {
    {"IS/2DCode/raw/3.json", "EXPECTEDKEYUSAGE", "no usage in the certificate allows any"},
};

bool excepted(const std::string& file, std::string_view expectation) {
    for (const Exception& one : kDgcExceptions) {
        if (one.file == file && one.expectation == expectation) return true;
    }
    return false;
}

// ISO 8601 is wider than RFC 3339: the offset may lack its colon, or be left out (UTC).
std::optional<std::int64_t> clock_of(std::string text) {
    const std::size_t sign = text.find_first_of("+Z", 10);
    if (sign == std::string::npos) {
        text += 'Z';
    } else if (text.size() == sign + 5) {
        text.insert(sign + 3, ":");
    }
    return envelope::parse_rfc3339(text);
}

struct DgcCase {
    std::string file, text;
    std::int64_t now = 0;
    crypto::x509::Certificate certificate;
    const json::object* expected = nullptr;
};

std::optional<crypto::x509::Certificate> certificate_in(std::string pem) {
    for (const std::string_view line :
         {"-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"}) {
        const std::size_t at = pem.find(line);
        if (at != std::string::npos) pem.erase(at, line.size());
    }
    std::erase_if(pem, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
    const auto der = codec::base64_decode(pem);
    if (!der.ok()) return std::nullopt;
    auto certificate = crypto::x509::parse(*der);
    if (!certificate.ok()) return std::nullopt;
    return std::move(*certificate);
}

// What the verifier needs of a case; nothing where the case lacks it.
std::optional<DgcCase> read_case(const std::string& file, const json::object& fields) {
    DgcCase out;
    out.file = file;
    out.text = text_at(fields, "PREFIX");
    const json::object* context = object_at(fields, "TESTCTX");
    out.expected = object_at(fields, "EXPECTEDRESULTS");
    if (out.text.empty() || context == nullptr || out.expected == nullptr) return std::nullopt;
    auto certificate = certificate_in(text_at(*context, "CERTIFICATE"));
    const auto now = clock_of(text_at(*context, "VALIDATIONCLOCK"));
    if (!certificate) return std::nullopt;
    out.certificate = std::move(*certificate);
    out.now = now ? *now : out.certificate.not_before + 86'400;
    return out;
}

std::optional<bool> expectation(const DgcCase& it, std::string_view name) {
    const Json* value = codec::json_find(*it.expected, name);
    if (value == nullptr || !value->is_bool()) return std::nullopt;
    return value->get_bool();
}

TEST(VerifierCorpora, EuTestData) {
    const auto root = test::data_path(std::string(kDgc));
    if (!root) GTEST_SKIP() << kDgc << " is absent (SALUS_TEST_DATA)";
    std::map<std::string, std::size_t> checked;
    for (const auto& path : test::files_below(*root, ".json")) {
        const std::string file = path.lexically_relative(*root).string();
        const Json content = codec::parse_json(test::read_file(path)).value();
        const auto found = read_case(file, content.get_object());
        if (!found) continue;
        TrustSource source;
        source.info = info_of("dgc", found->now);
        source.certificates.push_back({found->certificate, found->certificate.subject.country});
        const Verdict verdict = verifier_of(std::move(source)).verify(found->text, found->now);
        const auto compare = [&](std::string_view name, bool actual) {
            const auto expected = expectation(*found, name);
            if (!expected || excepted(file, name)) return;
            ++checked[std::string(name)];
            EXPECT_EQ(actual, *expected)
                << file << ' ' << name << ' ' << codec::print_json(verdict_json(verdict));
        };
        const bool readable = verdict.overall != Overall::unreadable;
        for (const char* step : {"EXPECTEDUNPREFIX", "EXPECTEDB45DECODE", "EXPECTEDCOMPRESSION"}) {
            if (expectation(*found, step) == false) compare(step, readable);
        }
        if (!readable) continue;
        compare("EXPECTEDVERIFY", verdict.check("signature").outcome == Outcome::passed);
        compare("EXPECTEDEXPIRATIONCHECK",
                verdict.check("validity").code == "validity.ok" ||
                    verdict.check("validity").code == "validity.beyond_key");
        compare("EXPECTEDKEYUSAGE", verdict.check("issuer").code != "issuer.key_purpose");
        if (expectation(*found, "EXPECTEDVALIDJSON") == true) {
            compare("EXPECTEDVALIDJSON", verdict.document.has_value());
        }
    }
    for (const auto& [name, count] : checked) std::printf("%s: %zu\n", name.c_str(), count);
    EXPECT_GE(checked["EXPECTEDVERIFY"], 220u);
    EXPECT_GE(checked["EXPECTEDEXPIRATIONCHECK"], 180u);
    EXPECT_GE(checked["EXPECTEDVALIDJSON"], 200u);
}

// ---- SMART Health Cards

constexpr std::string_view kIssuer = "https://spec.smarthealth.cards/examples/issuer";
constexpr std::int64_t kJuly2023 = 1688169600;

TEST(VerifierCorpora, SmartHealthCardExamples) {
    const auto spec = test::data_path("credentials/smart-health-cards-spec/examples");
    if (!spec) GTEST_SKIP() << "credentials/smart-health-cards-spec is absent (SALUS_TEST_DATA)";
    TrustSource source;
    source.info = info_of("vci", kJuly2023);
    TrustSource::Issuer issuer;
    issuer.iss = kIssuer;
    issuer.name = "SMART Health Cards examples";
    issuer.keys =
        envelope::jwks_parse(test::read_file(*spec / "issuer/well-known/jwks.json")).value();
    for (const auto& path : test::files_below(*spec / "issuer/well-known/crl", ".json")) {
        issuer.revocations.push_back(shc_crl_parse(test::read_file(path)).value());
    }
    source.issuers.push_back(std::move(issuer));
    const Verifier verifier = verifier_of(std::move(source));
    const auto verdict_of = [&](int number, const char* stage) {
        const std::string name = "example-0" + std::to_string(number) + "-" + stage;
        return verifier.verify(test::read_file(*spec / name), kJuly2023);
    };
    for (const int number : {0, 1, 3}) {
        for (const char* stage : {"d-jws.txt", "f-qr-code-numeric-value-0.txt"}) {
            const Verdict verdict = verdict_of(number, stage);
            const std::string shown = codec::print_json(verdict_json(verdict));
            EXPECT_EQ(name_of(format_of(*verdict.document)), "shc");
            EXPECT_EQ(verdict.check("signature").code, "signature.ok") << shown;
            EXPECT_EQ(verdict.hospital, "SMART Health Cards examples");
            EXPECT_EQ(name_of(verdict.overall), number == 3 ? "invalid" : "valid") << shown;
            if (number == 3) {
                EXPECT_EQ(verdict.check("revocation").code, "shc.revoked");
            }
        }
    }
    EXPECT_EQ(person_of(*verdict_of(0, "d-jws.txt").document).family, "Anyperson");
    EXPECT_EQ(name_of(verdict_of(2, "d-jws.txt").overall), "valid"); // of three codes
    // Nobody whom this verifier knows.
    EXPECT_EQ(Verifier(TrustList{}, nullptr)
                  .verify(test::read_file(*spec / "example-00-d-jws.txt"), kJuly2023)
                  .check("issuer")
                  .code,
              "issuer.unknown");
}

} // namespace
} // namespace salus::passport
