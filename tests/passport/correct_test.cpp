#include <gtest/gtest.h>

#include "passport/commitment.hpp"
#include "service.hpp"

namespace salus::passport::testing {
namespace {

fhir::Statement yellow_fever(const std::string& id, const std::string& lot) {
    fhir::Vaccination out;
    out.identity = "Immunization/" + id;
    out.name = {"Example", "Ada"};
    out.birth_date = "1990-05-17";
    out.vaccine_text = "Yellow fever";
    out.occurrence = "2020-02-02";
    out.lot = lot;
    return out;
}

struct Desk {
    IssuedCertificate issue(const fhir::Statement& statement) {
        return must(network.issuer->issue({&statement, 1})[0]);
    }
    Result<Corrected> correct(const Hash32& old, const fhir::Statement& statement) {
        return network.corrector->correct(old, statement);
    }
    const ErrorKind& refused(const Hash32& old, const fhir::Statement& statement) {
        const auto result = correct(old, statement);
        EXPECT_FALSE(result.ok());
        return result.error().kind();
    }
    // The old one is revoked as superseded, the new one valid, and the record is the new one's.
    void expect_replaced(const IssuedCertificate& old, const fhir::Statement& statement) {
        const Verdict gone = network.verify(old.hcert);
        EXPECT_EQ(gone.overall, Overall::invalid);
        EXPECT_EQ(gone.revocation_reason, kSuperseded);
        const IssuedCertificate now = issue(statement);
        EXPECT_TRUE(now.already_issued);
        EXPECT_EQ(network.verify(now.hcert).overall, Overall::valid);
        EXPECT_EQ(decode_hcert(now.hcert)->binding->replaces, old.commitment);
        EXPECT_EQ(network.issuer->counts()->issued, 1U);
        EXPECT_EQ(network.issuer->counts()->revoked, 1U);
    }
    Network network;
};

TEST(Correct, ANewCertificateNamesTheOneThatItReplaces) {
    Desk desk;
    const IssuedCertificate old = desk.issue(yellow_fever("1", "WRONG"));
    EXPECT_FALSE(decode_hcert(old.hcert)->binding->replaces);
    const auto corrected = must(desk.correct(old.commitment, yellow_fever("1", "RIGHT")));
    EXPECT_EQ(corrected.replaced, old.commitment);
    EXPECT_FALSE(corrected.certificate.already_issued);
    desk.expect_replaced(old, yellow_fever("1", "RIGHT"));
    const auto again = must(desk.correct(old.commitment, yellow_fever("1", "RIGHT")));
    EXPECT_EQ(again.certificate.commitment, corrected.certificate.commitment);
    EXPECT_TRUE(again.certificate.already_issued);
    // The new one can be corrected in its turn.
    const auto third =
        must(desk.correct(corrected.certificate.commitment, yellow_fever("1", "THIRD")));
    EXPECT_EQ(desk.network.verify(third.certificate.hcert).overall, Overall::valid);
    EXPECT_EQ(desk.network.verify(corrected.certificate.hcert).overall, Overall::invalid);
}

TEST(Correct, RefusesByName) {
    Desk desk;
    const IssuedCertificate old = desk.issue(yellow_fever("1", "WRONG"));
    const IssuedCertificate other = desk.issue(yellow_fever("2", "OTHER"));
    EXPECT_EQ(desk.refused(Hash32{}, yellow_fever("1", "RIGHT")), kUnknownCertificate);
    EXPECT_EQ(desk.refused(old.commitment, yellow_fever("1", "WRONG")), kNothingToCorrect);
    EXPECT_EQ(desk.refused(old.commitment, yellow_fever("2", "RIGHT")), kIdentityTaken);
    EXPECT_TRUE(desk.correct(old.commitment, yellow_fever("1", "RIGHT")).ok());
    EXPECT_EQ(desk.refused(old.commitment, yellow_fever("1", "AGAIN")), kCorrectedOtherwise);
    EXPECT_EQ(desk.refused(old.commitment, yellow_fever("3", "RIGHT")), kCorrectedOtherwise);
    EXPECT_TRUE(desk.network.issuer->revoke(other.commitment, 2).ok());
    EXPECT_EQ(desk.refused(other.commitment, yellow_fever("2", "RIGHT")), kUnknownCertificate);
}

TEST(Correct, WhileTheChainIsAwayTheOldOneStands) {
    Desk desk;
    const IssuedCertificate old = desk.issue(yellow_fever("1", "WRONG"));
    desk.network.stop();
    IssuerOptions impatient;
    impatient.wait = std::chrono::milliseconds(200);
    desk.network.start(impatient);
    desk.network.eth->deaf = true;
    EXPECT_FALSE(desk.correct(old.commitment, yellow_fever("1", "RIGHT")).ok());
    desk.network.eth->deaf = false;
    EXPECT_EQ(desk.network.verify(old.hcert).overall, Overall::valid);
    desk.network.stop();
    desk.network.start();
    EXPECT_TRUE(desk.network.issuer->resume().ok());
    EXPECT_TRUE(desk.correct(old.commitment, yellow_fever("1", "RIGHT")).ok());
    desk.expect_replaced(old, yellow_fever("1", "RIGHT"));
}

// A crash after each durable step; `end` goes on from there.
template <typename End>
void after_each_step(const End& end) {
    for (const bool handed_over : {false, true}) {
        Desk desk;
        const IssuedCertificate old = desk.issue(yellow_fever("1", "WRONG"));
        CertificateRows rows(*desk.network.database, desk.network.issuer->profile(),
                             desk.network.data_key, desk.network.random);
        const auto lookup = [&](const std::string& identity) {
            const Address& account = desk.network.issuer->profile().account;
            return desk.network.data_key.lookup("identity",
                                                concat({account.bytes, view(identity)}));
        };
        const std::string placeholder = "corrects|" + to_hex(old.commitment.bytes);
        const CertificateRows::Correction begun{old.commitment, lookup(placeholder),
                                                lookup("Immunization/1"), std::nullopt};
        ASSERT_TRUE(rows.begin_correction(begun).ok());
        fhir::Statement right = yellow_fever("1", "RIGHT");
        std::get<fhir::Vaccination>(right).identity = placeholder;
        const auto fresh =
            desk.network.issuer->issue({&right, 1}, Reissue::allowed, old.commitment);
        ASSERT_TRUE(fresh[0].ok());
        if (handed_over) {
            ASSERT_TRUE(rows.hand_over(begun, fresh[0]->commitment).ok());
        }
        EXPECT_EQ(desk.network.verify(old.hcert).overall, Overall::valid);
        desk.network.stop();
        desk.network.start();
        end(desk, old, fresh[0]->commitment);
        EXPECT_TRUE(must(rows.open_corrections()).empty());
        desk.expect_replaced(old, yellow_fever("1", "RIGHT"));
    }
}

TEST(Correct, GoesOnByItselfAfterACrash) {
    after_each_step([](Desk& desk, const IssuedCertificate& old, const Hash32&) {
        ASSERT_TRUE(desk.network.corrector->resume().ok());
        for (int i = 0; i < 100; ++i) {
            if (desk.network.verify(old.hcert).overall == Overall::invalid &&
                desk.network.issuer->counts()->revoked == 1) {
                break;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
        }
        desk.network.stop(); // ends the thread, when the last step is done
        desk.network.start();
    });
}

// And who asks again gets what was signed before.
TEST(Correct, AskedAgainAfterACrashGivesTheSame) {
    after_each_step([](Desk& desk, const IssuedCertificate& old, const Hash32& fresh) {
        const auto again = must(desk.correct(old.commitment, yellow_fever("1", "RIGHT")));
        EXPECT_EQ(again.certificate.commitment, fresh);
    });
}

TEST(Correct, ByTheInterface) {
    Service service;
    const auto immunization = [](const std::string& lot) {
        return R"({"resourceType":"Immunization","id":"1","status":"completed","contained":[)"
               R"({"resourceType":"Patient","id":"p","name":[{"family":"Example"}],)"
               R"("birthDate":"1990"}],"vaccineCode":{"text":"Yellow fever"},)"
               R"("occurrenceDateTime":"2020-02-02","patient":{"reference":"#p"},"lotNumber":")" +
               lot + "\"}";
    };
    const auto issued = service.call("POST", "/api/v1/issue", immunization("WRONG"));
    const json::object old = service.object(issued).at("issued").as_array()[0].as_object();
    const auto body = [&](const std::string& commitment, const std::string& resource) {
        return R"({"commitment":")" + commitment + R"(","resource":)" + resource + "}";
    };
    const std::string which(old.at("commitment").as_string());
    const std::string good = body(which, immunization("RIGHT"));
    EXPECT_EQ(service.call("POST", "/api/v1/correct", good, false).status, 401);
    EXPECT_EQ(service.call("POST", "/api/v1/correct", "{}").status, 400);
    EXPECT_EQ(service.call("POST", "/api/v1/correct", "[]").status, 400);
    EXPECT_EQ(service.call("POST", "/api/v1/correct", body("0x12", "{}")).status, 400);
    EXPECT_EQ(service.call("POST", "/api/v1/correct", body(which, "{}")).status, 422);
    const std::string nobody = "0x" + std::string(64, '1');
    EXPECT_EQ(service.call("POST", "/api/v1/correct", body(nobody, immunization("X"))).status, 404);
    const auto corrected = service.call("POST", "/api/v1/correct", good);
    ASSERT_EQ(corrected.status, 200) << corrected.body;
    EXPECT_EQ(service.object(corrected).at("replaces"), old.at("commitment"));
    const auto other = service.call("POST", "/api/v1/correct", body(which, immunization("X")));
    EXPECT_EQ(other.status, 409);
    const std::string code =
        codec::print_json(json::object{{"code", service.object(corrected).at("hcert")}});
    const auto verdict = service.call("POST", "/api/v1/verify", code, false);
    EXPECT_EQ(service.object(verdict).at("overall"), "valid");
    EXPECT_EQ(service.object(verdict).at("certificate").as_object().at("replaces"),
              json::value(which));
}

} // namespace
} // namespace salus::passport::testing
