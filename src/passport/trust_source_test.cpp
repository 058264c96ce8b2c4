#include "passport/trust_source.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "crypto/hash.hpp"
#include "passport/trust_refresh.hpp"
#include "passport/trust_world_test.hpp"
#include "support/archives.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
using testing::dsc_entry;
using testing::import_request;
using testing::kNow;
using testing::pem;
using testing::refusal;

constexpr const char* kIss = "https://shc.example/issuer";

class TrustSourceTest : public ::testing::Test {
protected:
    static Result<Import> take(std::string content, const ImportRequest& request) {
        return import_trust({{"file", std::move(content)}}, request);
    }
    static Result<Import> take(const codec::Json& content,
                               const ImportRequest& request = import_request()) {
        return take(codec::print_json(content), request);
    }
    static std::string left_out(const Result<Import>& import) {
        if (!import.ok()) return import.error().text();
        return import->left_out.empty() ? "" : import->left_out.front();
    }
    // What stands in its file is what was imported; and it is usable.
    static std::shared_ptr<const TrustSources> stored(const Import& import) {
        auto read = read_trust_source(print_trust_source(import.source));
        EXPECT_EQ(refusal(read), "");
        std::vector<TrustSource> all;
        all.push_back(std::move(*read));
        return TrustSources::make(std::move(all)).value();
    }
    json::object key_set() {
        envelope::JwkSet set;
        set.keys.push_back({envelope::jwk_thumbprint(world_.point), world_.point, {}, {}});
        return codec::parse_json(envelope::jwks_print(set))->get_object();
    }
    std::string signed_list(const crypto::SecretKey32& key) {
        const std::string body = codec::print_json(
            json::object{{"certificates", json::array{dsc_entry(world_.signer(), "UT")}}});
        const auto signature = crypto::p256::sign(key, crypto::sha256(view(body)));
        return codec::base64_encode(signature->bytes) + "\n" + body;
    }

    testing::TrustWorld world_;
};

TEST_F(TrustSourceTest, CertificatesInDerAndPem) {
    const auto signer = world_.signer();
    const auto der = import_trust({{"a.der", to_string(signer.der)}, {"b.pem", pem(world_.ca)}},
                                  import_request());
    ASSERT_EQ(refusal(der), "");
    EXPECT_TRUE(der->left_out.empty());
    const auto sources = stored(*der);
    const auto found = sources->signers(kid_of(signer).bytes);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0]->country, "UT");
    EXPECT_EQ(found[0]->purposes, 0);
    EXPECT_EQ(found[0]->source->name, "source");
    EXPECT_EQ(found[0]->certificate->der, signer.der);
    EXPECT_EQ(sources->authority_count(), 1U);
    EXPECT_TRUE(sources->signers(ByteView(found[0]->certificate->der).first(3)).empty());
}

TEST_F(TrustSourceTest, TheSignersKeyVerifies) {
    const auto signer = world_.signer();
    const auto sources = stored(*take(json::array{dsc_entry(signer, "UT")}));
    const Bytes message =
        envelope::cose_sign1(view("payload"), kid_of(signer).bytes, world_.key).value();
    const auto read = envelope::cose_decode(message);
    ASSERT_TRUE(read.ok());
    const auto found = sources->signers(read->kid);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0]->key.verify(*read).ok());
}

TEST_F(TrustSourceTest, PurposesAreThoseOfCertificateAndSource) {
    const auto both =
        world_.signer({std::string(crypto::x509::kUsageTest), "1.3.6.1.4.1.0.1847.2021.1.2"});
    ImportRequest request = import_request();
    request.purposes = kPurposeVaccination | kPurposeRecovery;
    const auto sources = stored(*take(json::array{dsc_entry(both, "UT")}, request));
    EXPECT_EQ(sources->signers(kid_of(both).bytes)[0]->purposes, kPurposeVaccination);
    const auto test_alone = world_.signer({std::string(crypto::x509::kUsageTest)});
    EXPECT_NE(left_out(take(json::array{dsc_entry(test_alone, "UT")}, request))
                  .find("trust_import.other_purpose"),
              std::string::npos);
}

TEST_F(TrustSourceTest, ListsOfTheGatewayAndOfNationalBackends) {
    const auto signer = world_.signer();
    const auto other = world_.signer();
    const json::array list{dsc_entry(signer, "DE"), dsc_entry(world_.ca, "UT", "CSCA")};
    EXPECT_EQ(take(list)->source.certificates.size(), 2U);
    EXPECT_EQ(take(list)->source.certificates[0].country, "DE"); // as the gateway says
    EXPECT_EQ(take(json::object{{"certificates", list}})->source.certificates.size(), 2U);
    ImportRequest pinned = import_request();
    pinned.signer = world_.point;
    const auto good = take(signed_list(world_.key), pinned);
    ASSERT_EQ(refusal(good), "");
    EXPECT_EQ(read_trust_source(print_trust_source(good->source))->info.signer, world_.point);
    EXPECT_EQ(refusal(take(signed_list(world_.ca_key), pinned)), "trust_import.signature_wrong");
    EXPECT_EQ(refusal(take(signed_list(world_.key) + " ", pinned)), "trust_import.signature_wrong");
    EXPECT_EQ(refusal(take(codec::print_json(list), pinned)), "trust_import.not_signed");
    EXPECT_EQ(refusal(take(signed_list(world_.ca_key), import_request())), ""); // not pinned
}

TEST_F(TrustSourceTest, DidDocumentsOfTheHealthNetwork) {
    const auto signer = world_.signer();
    json::object jwk{{"kty", "EC"},
                     {"kid", codec::base64_encode(kid_of(signer).bytes)},
                     {"x5c", json::array{codec::base64_encode(signer.der)}},
                     {"x", "APadded"}};
    const json::object document{
        {"id", "did:web:health.example"},
        {"verificationMethod",
         json::array{json::object{{"type", "JsonWebKey2020"}, {"publicKeyJwk", jwk}},
                     "did:web:elsewhere.example", json::object{{"type", "JsonWebKey2020"}}}}};
    const auto import = take(document);
    ASSERT_EQ(refusal(import), "");
    EXPECT_EQ(import->source.certificates.size(), 1U);
    EXPECT_EQ(import->left_out.size(), 2U);
    jwk["kid"] = "AAAAAAAAAAA=";
    EXPECT_NE(left_out(take(json::object{{"verificationMethod",
                                          json::array{json::object{{"publicKeyJwk", jwk}}}}}))
                  .find("trust_import.kid_mismatch"),
              std::string::npos);
}

TEST_F(TrustSourceTest, KeySetsOfIssuers) {
    json::object named = key_set();
    named["iss"] = kIss;
    named["name"] = "Clinic";
    for (const codec::Json& content :
         {codec::Json(named), codec::Json(json::array{named}),
          codec::Json(json::object{
              {"issuerInfo",
               json::array{json::object{{"issuer", json::object{{"iss", kIss}, {"name", "Clinic"}}},
                                        {"keys", key_set().at("keys")}}}}})}) {
        const auto import = take(content);
        ASSERT_EQ(refusal(import), "") << codec::print_json(content);
        const auto sources = stored(*import);
        ASSERT_EQ(sources->shc_keys(kIss, envelope::jwk_thumbprint(world_.point)).size(), 1U);
        EXPECT_TRUE(sources->shc_keys(kIss, "other").empty());
        EXPECT_TRUE(sources->issuers("https://other.example").empty());
        EXPECT_EQ(sources->issuers(kIss)[0].issuer->name, "Clinic");
        EXPECT_EQ(sources->issuer_urls(), std::vector<std::string_view>{kIss});
    }
    ImportRequest request = import_request();
    EXPECT_EQ(refusal(take(key_set())), "trust_import.no_issuer");
    request.iss = kIss;
    EXPECT_EQ(take(key_set(), request)->source.issuers[0].iss, kIss);
}

TEST_F(TrustSourceTest, AnIssuerWithAPrivateKeyOrABadListIsLeftOut) {
    json::object named = key_set();
    named["iss"] = kIss;
    json::object leaked = named;
    leaked["keys"].as_array()[0].as_object()["d"] = "AAAA";
    EXPECT_NE(left_out(take(json::array{leaked})).find("jwk.private_part"), std::string::npos);
    json::object bad_list = named;
    bad_list["crls"] = json::array{json::object{{"kid", "x"}, {"method", "rid"}}};
    EXPECT_NE(left_out(take(json::array{bad_list})).find("shc.crl"), std::string::npos);
    json::object plain = named;
    plain["iss"] = "http://shc.example";
    EXPECT_NE(left_out(take(json::array{plain})).find("shc.issuer_url"), std::string::npos);
    const auto twice = take(json::array{named, named});
    EXPECT_EQ(twice->source.issuers.size(), 1U);
    EXPECT_NE(left_out(twice).find("trust_import.twice"), std::string::npos);
}

TEST_F(TrustSourceTest, RevocationListsComeAlong) {
    json::object named = key_set();
    named["iss"] = kIss;
    named["crls"] = json::array{json::object{{"kid", envelope::jwk_thumbprint(world_.point)},
                                             {"method", "rid"},
                                             {"ctr", 2},
                                             {"rids", json::array{"revoked"}}}};
    const auto sources = stored(*take(named));
    ASSERT_EQ(sources->issuers(kIss)[0].issuer->revocations.size(), 1U);
    EXPECT_TRUE(sources->issuers(kIss)[0].issuer->revocations[0].revokes("revoked", 5));
}

TEST_F(TrustSourceTest, OneBadEntryDoesNotCostTheOthers) {
    json::object wrong_kid = dsc_entry(world_.signer(), "UT");
    wrong_kid["kid"] = "AAAAAAAAAAA=";
    json::object no_base64 = dsc_entry(world_.signer(), "UT");
    no_base64["rawData"] = "?";
    const auto signer = world_.signer();
    const json::array list{dsc_entry(signer, "UT"),
                           wrong_kid,
                           no_base64,
                           dsc_entry(world_.signer(), "UT", "UPLOAD"),
                           dsc_entry(world_.signer(), "UT", "CSCA"),
                           dsc_entry(signer, "UT"),
                           json::object{{"kid", "?"}},
                           5};
    const auto import = take(list);
    ASSERT_EQ(refusal(import), "");
    EXPECT_EQ(import->source.certificates.size(), 1U);
    ASSERT_EQ(import->left_out.size(), 7U);
    const char* names[] = {"trust_import.kid_mismatch", "base64.malformed",
                           "trust_import.bad_entry",    "trust_import.bad_entry",
                           "trust_import.twice",        "trust_import.bad_entry",
                           "trust_import.bad_entry"};
    for (std::size_t i = 0; i < 7; ++i) {
        EXPECT_NE(import->left_out[i].find(names[i]), std::string::npos) << import->left_out[i];
    }
}

TEST_F(TrustSourceTest, Refusals) {
    ImportRequest request = import_request();
    request.country = "DE";
    EXPECT_NE(left_out(take(json::array{dsc_entry(world_.signer(), "UT")}, request))
                  .find("trust_import.other_country"),
              std::string::npos);
    EXPECT_EQ(refusal(take(std::string("not a list"), import_request())),
              "trust_import.unknown_format");
    EXPECT_EQ(refusal(take(codec::Json(5))), "trust_import.unknown_format");
    EXPECT_EQ(refusal(take(json::object{{"a", 1}})), "trust_import.unknown_format");
    EXPECT_EQ(refusal(take(json::array{})), "trust_source.nothing_usable");
    EXPECT_EQ(refusal(take(std::string("-----BEGIN CERTIFICATE-----\nAAAA"), import_request())),
              "trust_source.nothing_usable");
    request.country = "Deutschland";
    EXPECT_EQ(refusal(take(pem(world_.ca), request)), "trust_import.other_country");
    request = import_request();
    request.origin = "\xff";
    EXPECT_EQ(refusal(take(pem(world_.ca), request)), "trust_source.malformed");
    request = import_request("../escape");
    EXPECT_EQ(refusal(take(pem(world_.ca), request)), "trust_source.bad_name");
    request = import_request();
    request.use_until = request.fetched_at + 400 * 86'400;
    EXPECT_EQ(refusal(take(pem(world_.ca), request)), "trust_source.bad_period");
    request.use_until = request.fetched_at - 1;
    EXPECT_EQ(refusal(take(pem(world_.ca), request)), "trust_source.bad_period");
}

TEST_F(TrustSourceTest, PinnedByItsDigest) {
    ImportRequest request = import_request();
    const std::string content = pem(world_.ca);
    request.digest = crypto::sha256(view(content));
    EXPECT_EQ(refusal(take(content, request)), "");
    EXPECT_EQ(refusal(take(content + "\n", request)), "trust_import.wrong_pin");
    // A folder's, as sha256sum has it; whatever the order in which it was read.
    const ImportFile a{"a.pem", content};
    const ImportFile b{"b.der", to_string(world_.signer().der)};
    const std::string lines = to_hex(crypto::sha256(view(a.content)).bytes) + "  a.pem\n" +
                              to_hex(crypto::sha256(view(b.content)).bytes) + "  b.der\n";
    request.digest = crypto::sha256(view(lines));
    EXPECT_EQ(refusal(import_trust({b, a}, request)), "");
}

TEST_F(TrustSourceTest, AFileThatIsNotWhatWasStoredIsRefused) {
    const Import import = *take(json::array{dsc_entry(world_.signer(), "UT")});
    const json::object good = codec::parse_json(print_trust_source(import.source))->get_object();
    const auto refused = [&](const char* key, const codec::Json& value) {
        json::object other = good;
        if (value.is_null()) {
            other.erase(key);
        } else {
            other[key] = value;
        }
        return refusal(read_trust_source(codec::print_json(other)));
    };
    EXPECT_EQ(refused("version", 1), "");
    EXPECT_EQ(refused("version", 2), "trust_source.malformed");
    EXPECT_EQ(refused("name", nullptr), "trust_source.malformed");
    EXPECT_EQ(refused("name", "a/b"), "trust_source.bad_name");
    EXPECT_EQ(refused("digest", "0x12"), "trust_source.malformed");
    EXPECT_EQ(refused("fetchedAt", -5), "trust_source.malformed");
    EXPECT_EQ(refused("useUntil", 5), "trust_source.bad_period");
    EXPECT_EQ(refused("purposes", json::array{"travel"}), "trust.unknown_purpose");
    EXPECT_EQ(refused("certificates", json::array{}), "trust_source.nothing_usable");
    EXPECT_EQ(refused("certificates", json::array{json::object{{"certificate", "AAAA"}}}),
              "x509.malformed");
    EXPECT_EQ(refusal(read_trust_source("[]")), "trust_source.malformed");
    EXPECT_EQ(refusal(read_trust_source("{")), "trust_source.malformed");
}

TEST_F(TrustSourceTest, SourcesStandBesideEachOther) {
    const auto signer = world_.signer();
    const json::array list{dsc_entry(signer, "UT")};
    std::vector<TrustSource> all;
    all.push_back(take(list, import_request("b"))->source);
    all.push_back(take(list, import_request("a"))->source);
    const auto sources = TrustSources::make(all).value();
    ASSERT_EQ(sources->signers(kid_of(signer).bytes).size(), 2U);
    EXPECT_EQ(sources->signers(kid_of(signer).bytes)[0]->source->name, "a");
    EXPECT_TRUE(sources->sources()[0].info.usable_at(kNow + 30 * 86'400));
    EXPECT_FALSE(sources->sources()[0].info.usable_at(kNow + 30 * 86'400 + 1));
    all.push_back(all[0]);
    EXPECT_EQ(refusal(TrustSources::make(all)), "trust_source.name_twice");
}

TEST_F(TrustSourceTest, ASourceThatTakesThePlaceOfAnother) {
    TrustSource old = take(json::array{dsc_entry(world_.signer(), "UT")})->source;
    old.certificates.push_back(take(pem(world_.ca), import_request())->source.certificates[0]);
    TrustSource::Issuer issuer;
    issuer.iss = "https://clinic.example";
    envelope::Jwk key{envelope::jwk_thumbprint(world_.point), world_.point, {}, {}};
    key.crl_version = 5;
    issuer.keys.keys.push_back(key);
    ShcRevocations list;
    list.kid = key.kid;
    list.counter = 5;
    list.entries["revoked"] = std::nullopt;
    issuer.revocations.push_back(list);
    old.issuers.push_back(issuer);
    TrustSource next = old;
    const auto refused = [&](bool force = false) {
        const Status status = check_source_successor(old, next, force);
        return status.ok() ? "" : std::string(status.error().name());
    };
    EXPECT_EQ(refused(), "");
    next.info.fetched_at = old.info.fetched_at - 1;
    EXPECT_EQ(refused(true), "trust_refresh.rollback");
    next = old;
    next.certificates.clear();
    EXPECT_EQ(refused(), "trust_refresh.shrinks");
    EXPECT_EQ(refused(true), "");
    next = old;
    old.info.signer = world_.point;
    EXPECT_EQ(refused(), "trust_refresh.other_list_key");
    EXPECT_EQ(refused(true), "");
    old.info.signer.reset();
    // What was revoked stays revoked, whatever is fetched later.
    next.issuers[0].revocations[0].counter = 4;
    EXPECT_EQ(refused(true), "shc.crl_rollback");
    next.issuers[0].revocations[0] = list;
    next.issuers[0].revocations[0].entries.clear();
    EXPECT_EQ(refused(true), "shc.crl_rollback"); // another content under the same counter
    next.issuers[0].revocations.clear();
    EXPECT_EQ(refused(true), "shc.crl_rollback");
    next.issuers[0].revocations.push_back(list);
    next.issuers[0].keys.keys[0].crl_version.reset();
    EXPECT_EQ(refused(true), "shc.crl_rollback");
    next.issuers[0].keys.keys[0].crl_version = 4;
    EXPECT_EQ(refused(true), "shc.crl_rollback");
    next.issuers[0].keys.keys[0].crl_version = 6;
    next.issuers[0].revocations[0].counter = 6;
    next.issuers[0].revocations[0].entries["other"] = std::nullopt;
    EXPECT_EQ(refused(), "");
    next.issuers.clear(); // whom nobody trusts needs no list
    EXPECT_EQ(refused(), "");
}

TEST_F(TrustSourceTest, AnAuthorityVouchesForASignerInside) {
    const auto sources = stored(*take(pem(world_.ca), import_request()));
    const auto leaf = world_.signer();
    const auto found = sources->authority_of(leaf, kNow);
    ASSERT_EQ(refusal(found), "");
    EXPECT_EQ((*found)->country, "UT");
    EXPECT_EQ(refusal(sources->authority_of(leaf, 2'100'000'000)), "x509.expired");
    // Another authority of that name did not sign it.
    const auto impostor = world_.ca_named("UT", world_.key);
    const auto of_impostor = stored(*take(pem(impostor), import_request()));
    EXPECT_EQ(refusal(of_impostor->authority_of(leaf, kNow)), "x509.wrong_signature");
    const auto stranger = world_.ca_named("XX", world_.key);
    const auto of_stranger = stored(*take(pem(stranger), import_request()));
    EXPECT_EQ(refusal(of_stranger->authority_of(leaf, kNow)), "trust_source.no_authority");
}

// Some states sign with certificates that say CA: as the gateway lists them, so they are used.
TEST_F(TrustSourceTest, AListedSignerIsNoAuthorityWhateverItsCertificateSays) {
    const auto sources = stored(*take(json::array{dsc_entry(world_.ca, "UT", "DSC")}));
    EXPECT_EQ(sources->signers(kid_of(world_.ca).bytes).size(), 1U);
    EXPECT_EQ(sources->authority_count(), 0U);
    EXPECT_EQ(refusal(sources->authority_of(world_.signer(), kNow)), "trust_source.no_authority");
    json::object file =
        codec::parse_json(
            print_trust_source(take(json::array{dsc_entry(world_.signer(), "UT")})->source))
            ->get_object();
    json::object& entry = file["certificates"].as_array()[0].as_object();
    entry["role"] = "authority";
    EXPECT_EQ(refusal(read_trust_source(codec::print_json(file))), "x509.not_a_ca");
    entry["role"] = "other";
    EXPECT_EQ(refusal(read_trust_source(codec::print_json(file))), "trust_source.malformed");
}

// ---- the DCC corpus, with its signers as one list of the gateway

struct DccCase {
    std::string name, certificate;
    Bytes message;
};

// Base64 as it stands there, or a PEM text with its lines.
std::string bare(std::string text) {
    for (const char* line : {"-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"}) {
        if (const auto at = text.find(line); at != std::string::npos) {
            text.erase(at, std::string_view(line).size());
        }
    }
    std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
    return text;
}

std::optional<DccCase> verified_case(const json::object& object) {
    const auto context = codec::json_object(object, "TESTCTX");
    const auto expected = codec::json_object(object, "EXPECTEDRESULTS");
    const auto cose = codec::json_string(object, "COSE");
    if (!context.ok() || !expected.ok() || !cose.ok()) return {};
    const codec::Json* verify = codec::json_find(**expected, "EXPECTEDVERIFY");
    const auto certificate = codec::json_string(**context, "CERTIFICATE");
    auto message = from_hex(*cose);
    if (verify == nullptr || *verify != true || !certificate.ok() || !message.ok()) return {};
    return DccCase{{}, bare(*certificate), std::move(*message)};
}

std::vector<DccCase> verified_cases(const std::filesystem::path& root) {
    std::vector<DccCase> out;
    for (const auto& file : test::files_below(root, ".json")) {
        const auto parsed = codec::parse_json(test::read_file(file));
        if (!parsed.ok() || !parsed->is_object()) continue;
        auto one = verified_case(parsed->get_object());
        if (!one) continue;
        one->name = std::filesystem::relative(file, root).string();
        out.push_back(std::move(*one));
    }
    return out;
}

bool verifies(const TrustSources& sources, const Bytes& message) {
    const auto read = envelope::cose_decode(message);
    if (!read.ok()) return false;
    const auto signers = sources.signers(read->kid);
    return std::ranges::any_of(
        signers, [&](const ForeignSigner* signer) { return signer->key.verify(*read).ok(); });
}

TEST_F(TrustSourceTest, TheSignersOfTheDccCorpus) {
    const auto root = test::data_path("credentials/eu-dgc-testdata");
    if (!root) GTEST_SKIP() << "credentials/eu-dgc-testdata is absent (SALUS_TEST_DATA)";
    const std::vector<DccCase> cases = verified_cases(*root);
    ASSERT_GT(cases.size(), 200U);
    json::array list;
    for (const DccCase& one : cases) {
        list.push_back(json::object{{"rawData", one.certificate}, {"certificateType", "DSC"}});
    }
    const auto import = take(list);
    ASSERT_EQ(refusal(import), "");
    for (const std::string& reason : import->left_out) {
        EXPECT_NE(reason.find("trust_import.twice"), std::string::npos) << reason;
    }
    const auto sources = stored(*import);
    for (const DccCase& one : cases) EXPECT_TRUE(verifies(*sources, one.message)) << one.name;
}

} // namespace
} // namespace salus::passport
