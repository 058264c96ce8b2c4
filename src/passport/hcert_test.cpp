#include "passport/hcert.hpp"

#include <gtest/gtest.h>

#include "codec/canonical_json.hpp"
#include "codec/qr.hpp"
#include "passport/data_key.hpp"
#include "passport/names.hpp"
#include "passport/passport_world_test.hpp"
#include "support/archives.hpp"

namespace salus::passport {
namespace {

using testing::World;

TEST(Names, Transliterated) {
    EXPECT_EQ(transliterate("Müßig-Ångström"), "MUESSIG<AANGSTROEM");
    EXPECT_EQ(transliterate("d'Arsøns - van Halen"), "DARSOENS<VAN<HALEN");
    EXPECT_EQ(transliterate("Ковальчук"), "KOVALCHUK");
    EXPECT_EQ(transliterate("Щербина Юлия"), "SHCHERBINA<IULIIA");
    EXPECT_EQ(transliterate("Παπαδόπουλος"), "PAPADOPOULOS");
    EXPECT_EQ(transliterate("Ordóñez Çelik Łukasz"), "ORDONEZ<CELIK<LUKASZ");
    EXPECT_EQ(transliterate("张无忌"), "");
    EXPECT_EQ(transliterate("  O’Neil Jr. "), "ONEIL<JR");
    EXPECT_EQ(transliterate(std::string(200, 'a')).size(), 80U);
    EXPECT_EQ(transliterate("a\xf0\x9f"), "A"); // cut off inside a code point
}

TEST(Dcc, HoldsWhatTheSchemaRequires) {
    const Hash32 commitment{{1, 2, 3}};
    const auto dcc = make_dcc(testing::covid_vaccination(), {"DE", "St. Example", commitment});
    ASSERT_TRUE(dcc);
    EXPECT_EQ(*codec::canonical_json(codec::Json(*dcc)),
              R"({"dob":"1990-05-17","nam":{"fn":"Müßig-Ångström","fnt":"MUESSIG<AANGSTROEM",)"
              R"("gn":"Ærøskøbing Zoë","gnt":"AEROESKOEBING<ZOE"},"v":[{"ci":"URN:UVCI:01:DE:)" +
                  certificate_id("DE", commitment).substr(15) +
                  R"(","co":"DE","dn":2,"dt":"2021-06-01","is":"St. Example",)"
                  R"("ma":"ORG-100030215","mp":"EU/1/20/1528","sd":2,"tg":"840539006",)"
                  R"("vp":"1119349007"}],"ver":"1.3.0"})");
    EXPECT_EQ(certificate_id("DE", commitment).size(), 67U);
}

TEST(Dcc, NotWhereSomethingIsMissing) {
    const DccContext context{"DE", "St. Example", {}};
    EXPECT_FALSE(make_dcc(testing::flu_vaccination(), context));
    auto shot = testing::covid_vaccination();
    shot.protocols[0].series_doses = "two";
    EXPECT_FALSE(make_dcc(shot, context));
    shot = testing::covid_vaccination();
    shot.occurrence = "2021-06";
    EXPECT_FALSE(make_dcc(shot, context));
    shot = testing::covid_vaccination();
    shot.vaccine[0].code = "213"; // COVID-19, product not said
    EXPECT_FALSE(make_dcc(shot, context));
    shot = testing::covid_vaccination();
    shot.name.family = "张无忌";
    EXPECT_FALSE(make_dcc(shot, context));
    shot = testing::covid_vaccination();
    shot.subpotent = true;
    EXPECT_FALSE(make_dcc(shot, context));
}

TEST(Hcert, RoundTrip) {
    World world;
    const auto read = decode_hcert(" " + world.text() + "\n");
    ASSERT_TRUE(read.ok()) << read.error().text();
    EXPECT_EQ(read->binding, world.content.binding);
    EXPECT_EQ(read->kind, ContentKind::dcc);
    EXPECT_EQ(read->issuer, "DE");
    EXPECT_EQ(read->issued, world.content.issued);
    EXPECT_EQ(read->expires, world.content.expires);
    EXPECT_EQ(*codec::canonical_json(read->content),
              *codec::canonical_json(codec::Json(world.content.content)));
    EXPECT_TRUE(read->message.kid_protected);
}

TEST(Hcert, TooLargeForAQrCode) {
    World world;
    SeededRandom random(1);
    std::string noise;
    for (int i = 0; i < 6000; ++i) noise += static_cast<char>('0' + random.next() % 75);
    world.content.kind = ContentKind::facts;
    world.content.content = {{"text", noise}};
    const auto text = encode_hcert(world.content, world.kid, world.key);
    ASSERT_FALSE(text.ok());
    EXPECT_EQ(text.error().kind(), kTooMuch);
}

TEST(Hcert, NeverPassesOneScannableCode) {
    World world;
    SeededRandom random(2);
    std::string noise;
    world.content.kind = ContentKind::facts;
    codec::QrLevel level = codec::QrLevel::quartile;
    std::size_t levels = 1, refused_at = 0;
    while (refused_at == 0) {
        for (int i = 0; i < 8; ++i) noise += static_cast<char>('0' + random.next() % 75);
        world.content.content = {{"patient", {{"name", "A"}}}, {"performer", noise}};
        const auto made = encode_hcert(world.content, world.kid, world.key);
        if (!made.ok()) {
            EXPECT_EQ(made.error().kind(), kTooMuch);
            EXPECT_NE(made.error().detail().find("performer ("), std::string::npos)
                << made.error().detail();
            refused_at = noise.size();
            break;
        }
        const auto symbol = codec::qr_encode(made->text); // version 22 at most
        ASSERT_TRUE(symbol.ok()) << made->text.size();
        if (symbol->level == level) continue;
        EXPECT_LT(symbol->level, level); // Q, then M, then L
        level = symbol->level;
        ++levels;
    }
    EXPECT_EQ(levels, 3U);
    EXPECT_TRUE(codec::qr_encode(std::string(kMaxIssuedText, 'A')).ok());
    EXPECT_FALSE(codec::qr_encode(std::string(kMaxIssuedText + 1, 'A')).ok());
}

TEST(Commitment, DependsOnSaltAndFacts) {
    const auto facts = fhir::facts_json(testing::flu_vaccination());
    const Hash32 digest = *facts_digest(facts);
    EXPECT_EQ(facts_commitment_of(Hash32{}, digest),
              crypto::sha256(concat({view("salus/vaccination/1"), Hash32{}.bytes, digest.bytes})));
    EXPECT_NE(facts_commitment_of(Hash32{}, digest), facts_commitment_of(Hash32{{1}}, digest));
    auto changed = facts;
    changed["occurrence"] = "2021-06-02";
    EXPECT_NE(*facts_digest(changed), digest);
    codec::json::object shuffled;
    for (auto it = facts.end(); it != facts.begin();) {
        --it;
        shuffled.emplace(it->key(), it->value());
    }
    EXPECT_EQ(*facts_digest(shuffled), digest);
}

TEST(Commitment, IsOfAllThatIsSigned) {
    World world;
    const SignedCertificate certificate = *encode_hcert(world.content, world.kid, world.key);
    const Bytes payload = decode_hcert(certificate.text)->message.payload;
    EXPECT_EQ(certificate.commitment,
              crypto::sha256(concat({view("salus/certificate/1"), payload})));
    EXPECT_EQ(commitment_of(payload), certificate.commitment);
    world.content.expires += 1;
    EXPECT_NE(encode_hcert(world.content, world.kid, world.key)->commitment,
              certificate.commitment);
}

TEST(DataKey, BindsRowsToTheirContext) {
    SeededRandom random(2);
    const DataKey key(crypto::SecretKey32(random.bytes<32>()));
    const Bytes sealed = key.seal(view("secret"), view("row 1"), random);
    EXPECT_EQ(to_string(*key.open(sealed, view("row 1"))), "secret");
    EXPECT_FALSE(key.open(sealed, view("row 2")).ok());
    EXPECT_FALSE(key.open(ByteView(sealed).first(10), view("row 1")).ok());
    EXPECT_NE(key.lookup("a", view("x")), key.lookup("b", view("x")));
}

TEST(TrustList, SignedRoundTrip) {
    World world;
    world.hospital().history.push_back({testing::kIssued, false});
    const auto signer = eth::Signer::from_key(crypto::SecretKey32(Hash32{{7}}));
    const std::string text = *export_trust_list(world.list, *signer);
    TrustPins pins{73127, world.contract, signer->address()};
    const auto opened = open_trust_list(text, pins);
    ASSERT_TRUE(opened.ok()) << opened.error().text();
    EXPECT_EQ(opened->signer, signer->address());
    EXPECT_EQ(codec::print_json(trust_list_json(opened->list)),
              codec::print_json(trust_list_json(world.list)));
    EXPECT_EQ(*export_trust_list(opened->list, *signer), text);
}

TEST(TrustList, RefusedByName) {
    World world;
    const auto signer = eth::Signer::from_key(crypto::SecretKey32(Hash32{{7}}));
    const std::string text = *export_trust_list(world.list, *signer);
    const auto kind_of = [](const std::string& file, const TrustPins& pins) {
        const auto opened = open_trust_list(file, pins);
        return opened.ok() ? std::string("accepted") : std::string(opened.error().name());
    };
    const TrustPins pins{73127, world.contract, signer->address()};
    EXPECT_EQ(kind_of(text, pins), "accepted");
    std::string changed = text;
    changed.replace(changed.find("St. Example"), 11, "St. Exomple");
    EXPECT_EQ(kind_of(changed, pins), "trust_list.signature_wrong");
    EXPECT_EQ(kind_of(text, {1, {}, {}}), "trust_list.wrong_pin");
    EXPECT_EQ(kind_of(text, {{}, world.account, {}}), "trust_list.wrong_pin");
    EXPECT_EQ(kind_of(text, {{}, {}, world.account}), "trust_list.signature_wrong");
    EXPECT_EQ(kind_of("{}", pins), "trust_list.malformed");
    EXPECT_EQ(kind_of("[", pins), "trust_list.malformed");
    EXPECT_EQ(kind_of(R"({"list":{"version":2},"signature":"0x"})", pins), "trust_list.malformed");
}

// ---- outside data

TEST(OutsideData, ForeignCertificatesAreReadAndTheirIssuerIsUnknown) {
    const auto folder = test::data_path("credentials/eu-dgc-testdata");
    if (!folder) GTEST_SKIP() << "credentials/eu-dgc-testdata is absent (SALUS_TEST_DATA)";
    World world;
    const Verifier verifier(world.list, nullptr);
    std::size_t files = 0;
    std::map<std::string, std::size_t> codes;
    for (const auto& path : test::files_below(*folder, ".json")) {
        const auto parsed = codec::parse_json(test::read_file(path));
        if (!parsed.ok() || !parsed->is_object()) continue;
        const codec::Json* prefix = codec::json_find(parsed->get_object(), "PREFIX");
        if (prefix == nullptr || !prefix->is_string()) continue;
        ++files;
        const Verdict verdict =
            verifier.verify(std::string_view(prefix->get_string()), testing::kNow);
        EXPECT_NE(verdict.overall, Overall::valid) << path;
        if (verdict.overall == Overall::unreadable) {
            ++codes[verdict.check("structure").code];
        } else {
            EXPECT_EQ(verdict.check("issuer").code, "issuer.unknown") << path;
        }
    }
    // Of all countries' test files these alone cannot be read, as their expectations say.
    const std::map<std::string, std::size_t> unreadable{
        {"structure.base45", 1}, {"structure.not_ours", 2}, {"structure.zlib", 1}};
    EXPECT_EQ(codes, unreadable);
    EXPECT_EQ(files, 263U);
}

} // namespace
} // namespace salus::passport
