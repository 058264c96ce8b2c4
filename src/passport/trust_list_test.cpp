#include "passport/trust_list.hpp"

#include <gtest/gtest.h>

#include "passport/signed_file.hpp"
#include "passport/trust_formats.hpp"
#include "passport/trust_refresh.hpp"
#include "passport/trust_world_test.hpp"

namespace salus::passport {
namespace {

namespace json = codec::json;
using testing::kNow;
using testing::refusal;

class TrustListTest : public ::testing::Test {
protected:
    TrustListTest() : list_(world_.list()) {}

    TrustedKey& key() { return list_.hospitals[0].keys[0]; }
    std::string text() { return export_trust_list(list_, world_.list_key).value(); }
    SignedTrustList opened() { return open_trust_list(text(), {}).value(); }
    // The file with something changed in its list, under the old signature.
    template <class Change>
    std::string changed(Change change) {
        json::object file = codec::parse_json(text())->get_object();
        change(file.at("list").get_object());
        return codec::print_json(file);
    }
    // The list of another block or with other hospitals, beside what is in use.
    Result<AcceptedTrust> refresh(const std::optional<TrustMark>& mark, const TrustList& current,
                                  bool force = false, const TrustPins& pins = {}) {
        return accept_trust_list(text(), pins, mark, &current, force);
    }

    testing::TrustWorld world_;
    TrustList list_;
};

TEST_F(TrustListTest, EveryFieldComesBack) {
    key().purposes = kPurposeTest | kPurposeRecovery;
    key().history = {{10, false}, {20, true}};
    key().revoked_at = 40;
    key().revoked_from = 30;
    const SignedTrustList read = opened();
    EXPECT_EQ(read.signer, world_.list_key.address());
    EXPECT_EQ(codec::print_json(trust_list_json(read.list)),
              codec::print_json(trust_list_json(list_)));
    const TrustedKey& back = read.list.hospitals[0].keys[0];
    EXPECT_EQ(back.certificate, key().certificate);
    EXPECT_EQ(back.purposes, key().purposes);
    EXPECT_EQ(back.history, key().history);
    EXPECT_EQ(back.revoked_from, 30U);
    EXPECT_EQ(back.revoked_at, 40U);
}

// As this program wrote it before version 2.
TEST_F(TrustListTest, AFileOfVersionOneIsRead) {
    key().revoked_at = 7;
    json::object body = trust_list_json(list_).get_object();
    body["version"] = 1;
    json::object& old =
        body["hospitals"].as_array()[0].as_object()["keys"].as_array()[0].as_object();
    for (const char* field : {"revokedFrom", "purposes", "history", "certificate"}) {
        old.erase(field);
    }
    const SignedKind kind{"list", "Salus Trust List",
                          "TrustList(bytes32 digest,uint64 blockNumber,uint64 exportedAt)",
                          kBadTrustList, kTrustListSignature};
    const auto file = sign_file(kind, body, {list_.chain_id, list_.accreditation},
                                {list_.block_number, static_cast<std::uint64_t>(list_.exported_at)},
                                world_.list_key);
    const auto read = open_trust_list(*file, {});
    ASSERT_EQ(refusal(read), "");
    EXPECT_EQ(read->signer, world_.list_key.address());
    const TrustedKey& back = read->list.hospitals[0].keys[0];
    EXPECT_EQ(back.revoked_from, 7U);
    EXPECT_EQ(back.purposes, 0);
    EXPECT_TRUE(back.certificate.empty());
}

TEST_F(TrustListTest, Refusals) {
    TrustPins pins;
    pins.list_key = world_.list_key.address();
    const auto refused = [&](const std::string& file) {
        return refusal(open_trust_list(file, pins));
    };
    EXPECT_EQ(refused(text()), "");
    EXPECT_EQ(refused("{"), "trust_list.malformed");
    EXPECT_EQ(refused("[]"), "trust_list.malformed");
    EXPECT_EQ(refused(R"({"list":{}})"), "trust_list.malformed");
    EXPECT_EQ(refused(changed([](json::object& list) { list["version"] = 3; })),
              "trust_list.malformed");
    EXPECT_EQ(refused(changed([](json::object& list) { list["exportedAt"] = -1; })),
              "trust_list.malformed");
    EXPECT_EQ(
        refused(changed([](json::object& list) { list["block"].as_object()["number"] = 10; })),
        "trust_list.signature_wrong");
    const auto in_key = [&](const char* field, const codec::Json& value) {
        return refused(changed([&](json::object& list) {
            json::object& one =
                list["hospitals"].as_array()[0].as_object()["keys"].as_array()[0].as_object();
            one[field] = value;
        }));
    };
    EXPECT_EQ(in_key("revokedFrom", 5), "trust_list.signature_wrong");
    EXPECT_EQ(in_key("purposes", json::array{"travel"}), "trust_list.malformed");
    EXPECT_EQ(in_key("certificate", "?"), "trust_list.malformed");
    EXPECT_EQ(in_key("history", json::array{json::object{{"at", 5}, {"active", true}},
                                            json::object{{"at", 4}, {"active", false}}}),
              "trust_list.malformed");
    pins = {};
    pins.chain_id = 1;
    EXPECT_EQ(refused(text()), "trust_list.wrong_pin");
    pins = {};
    pins.vaccine_passport = Address{};
    EXPECT_EQ(refused(text()), "trust_list.wrong_pin");
}

// ---- other formats

TEST_F(TrustListTest, JwksReadsBackWithItsChain) {
    const auto out = export_trust_as(TrustFormat::jwks, list_, kNow);
    ASSERT_EQ(refusal(out), "");
    EXPECT_EQ(out->keys, 1U);
    EXPECT_EQ(out->text.find("\"d\""), std::string::npos);
    const auto set = envelope::jwks_parse(out->text);
    ASSERT_EQ(refusal(set), "");
    EXPECT_EQ(set->keys[0].key, world_.point);
    EXPECT_EQ(set->keys[0].chains[0][0].der, key().certificate);
}

TEST_F(TrustListTest, DscAndDidAreImportedAsWritten) {
    for (const TrustFormat format : {TrustFormat::dsc, TrustFormat::did}) {
        const auto out = export_trust_as(format, list_, kNow, "did:web:health.example");
        ASSERT_EQ(refusal(out), "");
        const auto import =
            import_trust({{"list.json", out->text}}, testing::import_request("foreign"));
        ASSERT_EQ(refusal(import), "");
        EXPECT_TRUE(import->left_out.empty());
        ASSERT_EQ(import->source.certificates.size(), 1U);
        EXPECT_EQ(import->source.certificates[0].certificate.der, key().certificate);
        EXPECT_EQ(import->source.certificates[0].country, "DE");
    }
}

TEST_F(TrustListTest, OtherFormatsHoldGoodKeysAlone) {
    const TrustList good = list_;
    const auto fault = [&](TrustFormat format) {
        const auto out = export_trust_as(format, list_, kNow);
        const std::string text = out.ok() ? "" : out.error().text();
        list_ = good;
        return text;
    };
    const auto expect = [&](std::string_view why) {
        const std::string text = fault(TrustFormat::jwks);
        EXPECT_NE(text.find("trust.nothing_to_export"), std::string::npos) << why;
        EXPECT_NE(text.find(why), std::string::npos) << text;
    };
    list_.hospitals[0].history.push_back({testing::kAccredited + 5, false});
    expect("the hospital is suspended");
    key().revoked_at = 5;
    expect("revoked");
    key().history = {{5, false}};
    expect("suspended");
    key().not_after = 5;
    expect("expired");
    key().not_before = static_cast<std::uint64_t>(kNow) + 5;
    expect("not valid yet");
    list_.hospitals[0].keys.clear();
    expect("no keys");
    key().certificate = {1, 2, 3}; // what a hospital put on chain is unchecked
    EXPECT_NE(fault(TrustFormat::dsc).find("no certificate of this key"), std::string::npos);
    key().certificate = world_.ca.der;
    EXPECT_NE(fault(TrustFormat::dsc).find("no certificate of this key"), std::string::npos);
    key().certificate = {1, 2, 3};
    EXPECT_EQ(refusal(export_trust_as(TrustFormat::jwks, list_, kNow)), "");
}

TEST_F(TrustListTest, NamesOfFormatsAndDids) {
    EXPECT_EQ(refusal(trust_format_of("dsc")), "");
    EXPECT_EQ(refusal(trust_format_of("xml")), "trust.unknown_format");
    for (const char* did : {"", "health.example", "did:web", "did:web:", "did::a", "did:web:a b"}) {
        EXPECT_EQ(refusal(export_trust_as(TrustFormat::did, list_, kNow, did)), "trust.bad_did")
            << did;
    }
}

// ---- refreshing

TEST_F(TrustListTest, ANewerListIsTakenAndTheMarkMovesOn) {
    const TrustMark mark = mark_of(opened());
    const TrustList current = list_;
    list_.block_number = 10;
    list_.block_hash = Hash32{{10}};
    list_.exported_at -= 1000; // another node's clock
    const auto next = refresh(mark, current);
    ASSERT_EQ(refusal(next), "");
    EXPECT_EQ(next->mark.list.block_number, 10U);
    EXPECT_EQ(refusal(read_trust_mark(print_trust_mark(next->mark))), "");
    EXPECT_EQ(refusal(accept_trust_list(text(), {}, std::nullopt, nullptr, false)), "");
}

TEST_F(TrustListTest, AnOlderListIsRefused) {
    const TrustMark mark = mark_of(opened());
    const TrustList current = list_;
    list_.block_number = 8;
    EXPECT_EQ(refusal(refresh(mark, current)), "trust_refresh.rollback");
    EXPECT_EQ(refusal(refresh(mark, current, true)),
              "trust_refresh.rollback"); // whatever is forced
    list_ = current;
    EXPECT_EQ(refusal(refresh(mark, current)), ""); // the very same
    list_.exported_at -= 1;
    EXPECT_EQ(refusal(refresh(mark, current)), "trust_refresh.rollback");
    list_ = current;
    list_.block_hash = Hash32{{1}};
    EXPECT_EQ(refusal(refresh(mark, current)), "trust_refresh.another_block");
}

TEST_F(TrustListTest, AnotherChainOrKeyIsRefusedByName) {
    const TrustMark mark = mark_of(opened());
    const TrustList current = list_;
    list_.block_number = 20;
    list_.chain_id = 1;
    EXPECT_EQ(refusal(refresh(mark, current)), "trust_refresh.other_chain");
    list_ = current;
    list_.vaccine_passport = list_.accreditation;
    EXPECT_EQ(refusal(refresh(mark, current)), "trust_refresh.other_chain");
    list_ = current;
    list_.accreditation = list_.vaccine_passport;
    EXPECT_EQ(refusal(refresh(mark, current)), "trust_refresh.other_chain");
    list_ = current;
    TrustMark other = mark;
    other.list_key = Address{};
    EXPECT_EQ(refusal(refresh(other, current)), "trust_refresh.other_list_key");
    TrustPins anew;
    anew.list_key = world_.list_key.address(); // the authority changed it on chain
    const auto pinned = refresh(other, current, false, anew);
    ASSERT_EQ(refusal(pinned), "");
    EXPECT_EQ(pinned->mark.list_key, world_.list_key.address());
}

// design.md section 7.
TEST_F(TrustListTest, ATrustListIsSignedByWhoeverExportedIt) {
    const TrustMark mark = mark_of(opened());
    const TrustList current = list_;
    TrustPins pins;
    pins.list_key = world_.list_key.address(); // as the authority recorded it on chain
    pins.chain_id = list_.chain_id;
    pins.vaccine_passport = list_.vaccine_passport;
    list_.block_number = 20;
    EXPECT_EQ(refusal(refresh(mark, current, false, pins)), "");
    // Somebody exports the same list, with a hospital of his own, under a key of his own.
    const auto impostor = eth::Signer::from_key(crypto::SecretKey32(Hash32{{8}})).value();
    list_.hospitals.push_back(list_.hospitals[0]);
    const std::string forged = export_trust_list(list_, impostor).value();
    EXPECT_EQ(refusal(open_trust_list(forged, {})), ""); // sound, but whose?
    EXPECT_EQ(refusal(open_trust_list(forged, pins)), "trust_list.signature_wrong");
    for (const bool force : {false, true}) {
        EXPECT_EQ(refusal(accept_trust_list(forged, pins, mark, &current, force)),
                  "trust_list.signature_wrong");
        EXPECT_EQ(refusal(accept_trust_list(forged, {}, mark, &current, force)),
                  "trust_refresh.other_list_key");
    }
    // The authority's own, of another chain or contract: its key may be the same there.
    list_ = current;
    list_.chain_id = 1;
    EXPECT_EQ(refusal(open_trust_list(text(), pins)), "trust_list.wrong_pin");
    list_ = current;
    list_.vaccine_passport = list_.accreditation;
    EXPECT_EQ(refusal(open_trust_list(text(), pins)), "trust_list.wrong_pin");
}

TEST_F(TrustListTest, AListThatLostMostIssuersIsKeptBack) {
    for (int i = 0; i < 4; ++i) list_.hospitals.push_back(list_.hospitals[0]);
    const TrustMark mark = mark_of(opened());
    const TrustList current = list_;
    EXPECT_EQ(good_issuers(current), 5U);
    list_.block_number = 10;
    list_.hospitals.resize(3);
    EXPECT_EQ(refusal(refresh(mark, current)), "");
    list_.hospitals[0].history.push_back({testing::kAccredited + 5, false});
    EXPECT_EQ(refusal(refresh(mark, current)), "trust_refresh.shrinks");
    list_.hospitals[0] = current.hospitals[0];
    list_.hospitals[0].keys[0].revoked_at = 5;
    EXPECT_EQ(refusal(refresh(mark, current)), "trust_refresh.shrinks");
    list_.hospitals.clear();
    EXPECT_EQ(refusal(refresh(mark, current)), "trust_refresh.shrinks");
    EXPECT_EQ(refusal(refresh(mark, current, true)), "");
}

TEST_F(TrustListTest, AMarkThatIsNoneIsRefused) {
    const std::string good = print_trust_mark(mark_of(opened()));
    EXPECT_EQ(refusal(read_trust_mark("{")), "trust_refresh.bad_mark");
    EXPECT_EQ(refusal(read_trust_mark("[]")), "trust_refresh.bad_mark");
    for (const char* field :
         {"version", "chainId", "accreditation", "vaccinePassport", "listKey", "list"}) {
        json::object other = codec::parse_json(good)->get_object();
        other.erase(field);
        EXPECT_EQ(refusal(read_trust_mark(codec::print_json(other))), "trust_refresh.bad_mark")
            << field;
    }
    json::object other = codec::parse_json(good)->get_object();
    other["version"] = 2;
    EXPECT_EQ(refusal(read_trust_mark(codec::print_json(other))), "trust_refresh.bad_mark");
}

} // namespace
} // namespace salus::passport
