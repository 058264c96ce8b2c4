#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "eth/contracts/vaccine_passport.hpp"
#include "network.hpp"
#include "passport/commitment.hpp"

namespace salus::passport::testing {
namespace {

namespace accreditation = eth::contracts::accreditation;

std::vector<fhir::Vaccination> many(std::size_t count, std::size_t from = 0) {
    std::vector<fhir::Vaccination> out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(vaccination(from + i));
    return out;
}
IssuedCertificate issue_one(Network& network, std::size_t number = 0) {
    auto results = network.issuer->issue({vaccination(number)});
    return must(std::move(results[0]));
}
std::string_view code(const Verdict& verdict, std::string_view check) {
    return verdict.check(check).code;
}

TEST(Issuer, IssuesAndTheChainHoldsIt) {
    Network network;
    const IssuedCertificate issued = issue_one(network);
    EXPECT_FALSE(issued.already_issued);
    EXPECT_GT(issued.block_number, 0U);
    EXPECT_FALSE(issued.transaction_hash.is_zero());
    const Verdict verdict = network.verify(issued.hcert);
    EXPECT_EQ(name_of(verdict.overall), "valid") << codec::print_json(verdict_json(verdict));
    EXPECT_EQ(verdict.hospital, "Demonstration Clinic");
    EXPECT_EQ(network.verify_offline(issued.hcert).overall, Overall::valid);
}

TEST(Issuer, IssuesTestsAndRecoveries) {
    Network network;
    const std::vector<fhir::Statement> statements{test_result(), recovery(), vaccination(1)};
    const auto results = network.issuer->issue(statements);
    ASSERT_EQ(results.size(), 3U);
    const ContentKind kinds[] = {ContentKind::dcc, ContentKind::dcc, ContentKind::facts};
    for (std::size_t i = 0; i < results.size(); ++i) {
        ASSERT_TRUE(results[i].ok()) << results[i].error().text();
        EXPECT_EQ(results[i]->kind, kinds[i]);
        EXPECT_EQ(network.verify(results[i]->hcert).overall, Overall::valid);
    }
    EXPECT_TRUE(network.issuer->issue(statements)[0]->already_issued);
}

TEST(Issuer, AKeySignsOnlyWhatItsCertificateIsFor) {
    Network network({std::string(crypto::x509::kUsageVaccination)});
    const std::vector<fhir::Statement> statements{test_result(), recovery(), vaccination(1)};
    const auto results = network.issuer->issue(statements);
    ASSERT_FALSE(results[0].ok());
    EXPECT_EQ(results[0].error().kind(), kKeyPurpose);
    EXPECT_NE(results[0].error().detail().find("purpose test"), std::string::npos);
    ASSERT_FALSE(results[1].ok());
    EXPECT_EQ(results[1].error().kind(), kKeyPurpose);
    EXPECT_TRUE(results[2].ok());
    EXPECT_EQ(must(network.issuer->counts()).issued, 1U);
    Network other({"1.3.6.1.5.5.7.3.1"}); // says nothing of health certificates
    EXPECT_TRUE(other.issuer->issue(statements)[0].ok());
}

TEST(Issuer, WhatFitsNoDccIsRefusedWhereItIsNoVaccination) {
    Network network;
    fhir::TestResult test = test_result();
    test.name.family = "张无忌";
    const std::vector<fhir::Statement> statements{test};
    const auto results = network.issuer->issue(statements);
    ASSERT_FALSE(results[0].ok());
    EXPECT_EQ(results[0].error().kind(), kNotForDcc);
}

TEST(Issuer, TheSameRecordGivesTheFirstCertificate) {
    Network network;
    const IssuedCertificate first = issue_one(network);
    const IssuedCertificate second = issue_one(network);
    EXPECT_TRUE(second.already_issued);
    EXPECT_EQ(second.hcert, first.hcert);
    EXPECT_EQ(second.transaction_hash, first.transaction_hash);
    EXPECT_EQ(second.block_number, first.block_number);
    EXPECT_EQ(must(network.issuer->counts()).issued, 1U);
}

TEST(Issuer, TheSameRecordTwiceInOneCall) {
    Network network;
    auto results = network.issuer->issue({vaccination(1), vaccination(1)});
    const auto first = must(std::move(results[0]));
    const auto second = must(std::move(results[1]));
    EXPECT_EQ(first.hcert, second.hcert);
    EXPECT_NE(first.already_issued, second.already_issued);
}

TEST(Issuer, OtherFactsUnderTheSameRecordAreRefusedUntilRevoked) {
    Network network;
    const IssuedCertificate first = issue_one(network);
    fhir::Vaccination changed = vaccination(0);
    changed.lot = "other";
    const auto refused = network.issuer->issue({changed});
    ASSERT_FALSE(refused[0].ok());
    EXPECT_EQ(refused[0].error().kind(), kIdentityTaken);
    must(network.issuer->revoke(first.commitment, 1));
    const Verdict verdict = network.verify(first.hcert);
    EXPECT_EQ(verdict.overall, Overall::invalid);
    EXPECT_EQ(code(verdict, "chain"), "chain.revoked");
    EXPECT_EQ(verdict.revocation_reason, 1);
    auto corrected = network.issuer->issue({changed});
    EXPECT_EQ(network.verify(must(std::move(corrected[0])).hcert).overall, Overall::valid);
    EXPECT_TRUE(must(network.issuer->revoke(first.commitment, 1)).before);
}

TEST(Issuer, SuspendedHospitalCannotIssueAndNothingIsLeft) {
    Network network;
    const IssuedCertificate before = issue_one(network, 1);
    network.clock.advance(std::chrono::seconds(600));
    network.as_authority(accreditation::encode_suspend(network.profile().account));
    const auto refused = network.issuer->issue({vaccination(2)});
    ASSERT_FALSE(refused[0].ok());
    EXPECT_EQ(refused[0].error().kind(), kHospitalNotAccredited);
    EXPECT_EQ(must(network.issuer->counts()).pending, 0U);
    // What was issued before stays valid; offline its time of issue is not proven.
    EXPECT_EQ(network.verify(before.hcert).overall, Overall::valid);
    EXPECT_EQ(network.verify_offline(before.hcert).overall, Overall::unproven);
}

TEST(Issuer, SuspendedKeyUnderAnOldDateIsUnproven) {
    Network network;
    const std::int64_t old_date = network.clock.unix_seconds();
    network.clock.advance(std::chrono::seconds(600));
    network.as_authority(accreditation::encode_suspend(network.profile().account));
    CertificateContent content;
    content.issuer = "DE";
    content.issued = old_date;
    content.expires = old_date + 86'400;
    content.binding = {chain::testing::kTestChainId, network.contracts.vaccine_passport,
                       network.profile().account, Hash32{{9}}};
    content.content = fhir::facts_json(vaccination(1));
    const std::string forged = must(encode_hcert(content, network.profile().kid, network.key)).text;
    const Verdict verdict = network.verify(forged);
    EXPECT_EQ(verdict.overall, Overall::unproven);
    EXPECT_EQ(code(verdict, "chain"), "chain.not_found");
    content.issued = network.clock.unix_seconds();
    const std::string late = must(encode_hcert(content, network.profile().kid, network.key)).text;
    EXPECT_EQ(network.verify(late).overall, Overall::invalid);
    EXPECT_EQ(code(network.verify(late), "issuer"), "issuer.suspended");
}

TEST(Issuer, NotOnChainAndOtherChain) {
    Network network;
    CertificateContent content;
    content.issuer = "DE";
    content.issued = network.clock.unix_seconds();
    content.expires = content.issued + 86'400;
    content.binding = {chain::testing::kTestChainId, network.contracts.vaccine_passport,
                       network.profile().account, Hash32{{9}}};
    content.content = fhir::facts_json(vaccination(1));
    const auto judged = [&] {
        return network.verify(must(encode_hcert(content, network.profile().kid, network.key)).text);
    };
    EXPECT_EQ(code(judged(), "chain"), "chain.not_found");
    EXPECT_EQ(judged().overall, Overall::invalid);
    content.binding.chain_id = 1;
    EXPECT_EQ(code(judged(), "chain"), "chain.other_chain");
}

// A thief of the key takes a commitment from the public events and its binding from the card.
TEST(Issuer, CommitmentOfAnotherCertificateProvesNothing) {
    Network network;
    const IssuedCertificate issued = issue_one(network);
    const auto certificate = must(decode_hcert(issued.hcert));
    EXPECT_EQ(commitment_of(certificate.message.payload), issued.commitment);
    EXPECT_NE(certificate.binding->facts_commitment, issued.commitment);
    network.clock.advance(std::chrono::seconds(600));
    network.as_authority(
        accreditation::encode_revoke_key(network.profile().account, network.profile().kid));
    CertificateContent content;
    content.issuer = certificate.issuer;
    content.issued = *certificate.issued;
    content.expires = *certificate.expires;
    content.content = fhir::facts_json(vaccination(99));
    content.binding = *certificate.binding;
    for (const Hash32& copied : {certificate.binding->facts_commitment, issued.commitment}) {
        content.binding.facts_commitment = copied;
        const Verdict verdict =
            network.verify(must(encode_hcert(content, network.profile().kid, network.key)).text);
        EXPECT_EQ(name_of(verdict.overall), "unproven");
        EXPECT_EQ(code(verdict, "chain"), "chain.not_found");
    }
    EXPECT_EQ(network.verify(issued.hcert).overall, Overall::valid);
}

TEST(Issuer, TrustListIsAsOldAsTheHeadItWasCheckedAgainst) {
    Network network;
    const IssuedCertificate issued = issue_one(network);
    TrustKeeper keeper(*network.eth, network.contracts.accreditation,
                       network.contracts.vaccine_passport, network.clock);
    const auto age = [&] {
        return must(keeper.current())
            ->verify(issued.hcert, network.clock.unix_seconds())
            .trust_list_age;
    };
    EXPECT_EQ(age(), 0);
    network.clock.advance(std::chrono::hours(5)); // no block came: it is still the newest
    EXPECT_EQ(age(), 0);
    network.eth->broken = true;
    network.clock.advance(std::chrono::minutes(7));
    EXPECT_EQ(age(), 420);
}

TEST(Issuer, ExpiresWithItsTime) {
    Network network;
    const IssuedCertificate issued = issue_one(network);
    network.clock.advance(std::chrono::hours(24 * 366));
    EXPECT_EQ(code(network.verify(issued.hcert), "validity"), "validity.expired");
}

TEST(Issuer, RevokedKeyKeepsWhatItIssued) {
    Network network;
    const IssuedCertificate issued = issue_one(network);
    network.clock.advance(std::chrono::seconds(600));
    network.as_authority(
        accreditation::encode_revoke_key(network.profile().account, network.profile().kid));
    EXPECT_EQ(network.verify(issued.hcert).overall, Overall::valid);
    EXPECT_EQ(network.verify_offline(issued.hcert).overall, Overall::unproven);
}

void expect_refused(Network& network, const ErrorKind& kind, const IssuedCertificate& before) {
    const auto refused = network.issuer->issue({vaccination(7)});
    ASSERT_FALSE(refused[0].ok());
    EXPECT_EQ(refused[0].error().kind(), kind) << refused[0].error().text();
    EXPECT_EQ(must(network.issuer->counts()).pending, 0U);
    EXPECT_EQ(issue_one(network).hcert, before.hcert); // handed out again
}

TEST(Issuer, RevokedKeyIssuesNothingMore) {
    Network network;
    const IssuedCertificate before = issue_one(network);
    network.as_authority(
        accreditation::encode_revoke_key(network.profile().account, network.profile().kid));
    expect_refused(network, kKeyRevoked, before);
    network.stop();
    network.start();
    expect_refused(network, kKeyRevoked, before);
    const Hospital clinic{network.profile().account, "Demonstration Clinic", "DE",
                          &network.credential};
    const Status start = ensure_accredited(*network.eth, *network.authority, network.contracts,
                                           clinic, network.clock.unix_seconds());
    ASSERT_FALSE(start.ok());
    EXPECT_EQ(start.error().kind(), kCredentialRevoked);
    EXPECT_NE(start.error().detail().find("salus keys"), std::string::npos);
}

TEST(Issuer, ExpiredKeyIssuesNothingMore) {
    Network network;
    const IssuedCertificate before = issue_one(network);
    const std::int64_t left = network.credential.not_after - network.clock.unix_seconds();
    network.clock.advance(std::chrono::seconds(left));
    expect_refused(network, kKeyExpired, before);
    const Hospital clinic{network.profile().account, "Demonstration Clinic", "DE",
                          &network.credential};
    const Status start = ensure_accredited(*network.eth, *network.authority, network.contracts,
                                           clinic, network.clock.unix_seconds());
    ASSERT_FALSE(start.ok());
    EXPECT_EQ(start.error().kind(), kCredentialExpired);
}

TEST(Issuer, ManyCallersShareBatches) {
    Network network;
    constexpr std::size_t kCallers = 8, kEach = 250;
    std::vector<std::thread> callers;
    std::atomic<std::size_t> good{0};
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t caller = 0; caller < kCallers; ++caller) {
        callers.emplace_back([&, caller] {
            for (const auto& result : network.issuer->issue(many(kEach, caller * kEach))) {
                good += result.ok() ? 1 : 0;
            }
        });
    }
    for (std::thread& caller : callers) caller.join();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    EXPECT_EQ(good, kCallers * kEach);
    EXPECT_EQ(must(network.issuer->counts()).issued, kCallers * kEach);
    std::cout << kCallers * kEach << " certificates in " << took.count() << " s\n";
}

TEST(Issuer, NobodyWaitsForAChainThatHasHaltedAndNothingIsLost) {
    Network network;
    network.eth->halted = true;
    const auto began = std::chrono::steady_clock::now();
    for (const auto& result : network.issuer->issue(many(3))) {
        ASSERT_FALSE(result.ok());
        EXPECT_EQ(result.error().kind(), eth::kHalted);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
    EXPECT_EQ(must(network.issuer->counts()).pending, 3U);
    network.eth->halted = false;
    network.clock.advance(std::chrono::seconds(20)); // then what is in flight is sent again
    for (int tries = 0; must(network.issuer->counts()).pending != 0 && tries < 1000; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    for (auto& result : network.issuer->issue(many(3))) {
        EXPECT_TRUE(must(std::move(result)).already_issued);
    }
}

TEST(Issuer, WhatACrashLeftIsTakenUp) {
    Network network;
    network.eth->deaf = true; // journaled and stored, but never on chain
    IssuerOptions impatient;
    impatient.wait = std::chrono::milliseconds(300);
    network.stop();
    network.start(impatient);
    const auto lost = network.issuer->issue(many(3));
    for (const auto& result : lost) {
        ASSERT_FALSE(result.ok());
        EXPECT_EQ(result.error().kind(), kNotYetOnChain);
    }
    EXPECT_EQ(must(network.issuer->counts()).pending, 3U);
    network.stop();
    network.eth->deaf = false;
    network.start();
    ASSERT_TRUE(network.issuer->resume().ok());
    auto results = network.issuer->issue(many(3));
    for (auto& result : results) {
        const IssuedCertificate issued = must(std::move(result));
        EXPECT_TRUE(issued.already_issued);
        EXPECT_EQ(network.verify(issued.hcert).overall, Overall::valid);
    }
    EXPECT_EQ(must(network.issuer->counts()).issued, 3U);
}

Bytes revocation(Network& network, const Hash32& commitment) {
    return eth::contracts::vaccine_passport::encode_revoke(network.profile().account, commitment,
                                                           4);
}

TEST(Issuer, RevokedByTheAuthorityIsNotHandedOutAgain) {
    Network network;
    const IssuedCertificate first = issue_one(network);
    network.as_authority(revocation(network, first.commitment), network.contracts.vaccine_passport);
    const IssuedCertificate second = issue_one(network);
    EXPECT_FALSE(second.already_issued);
    EXPECT_NE(second.hcert, first.hcert);
    EXPECT_EQ(network.verify(second.hcert).overall, Overall::valid);
    EXPECT_EQ(must(network.issuer->counts()).revoked, 1U);
}

TEST(Issuer, RevokingWhatTheAuthorityRevokedSettlesTheRow) {
    Network network;
    const IssuedCertificate first = issue_one(network);
    network.as_authority(revocation(network, first.commitment), network.contracts.vaccine_passport);
    const auto receipt = network.issuer->revoke(first.commitment, 1);
    ASSERT_TRUE(receipt.ok()) << receipt.error().text();
    EXPECT_FALSE(receipt->transaction_hash.is_zero());
    EXPECT_GT(receipt->block_number, first.block_number);
    EXPECT_EQ(must(network.issuer->counts()).revoked, 1U);
    EXPECT_EQ(must(network.issuer->counts()).issued, 0U);
}

TEST(Issuer, DatabaseThatFailsKeepsTheRowOfWhatIsOnChain) {
    Network network;
    const IssuedCertificate issued = issue_one(network);
    network.stop();
    // The block is there, but neither journal nor rows know; and the disk refuses to write.
    for (const char* statement :
         {"UPDATE certificate SET state = 0, transaction_hash = NULL, block_number = NULL",
          "DELETE FROM sender_journal",
          "CREATE TRIGGER broken BEFORE UPDATE ON certificate BEGIN SELECT RAISE(ABORT, 'disk'); "
          "END"}) {
        ASSERT_TRUE(network.database->run(statement).ok()) << statement;
    }
    network.start();
    ASSERT_TRUE(network.issuer->resume().ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_EQ(must(network.issuer->counts()).pending, 1U);
    ASSERT_TRUE(network.database->run("DROP TRIGGER broken").ok());
    const IssuedCertificate same = issue_one(network);
    EXPECT_EQ(same.hcert, issued.hcert);
    EXPECT_EQ(same.transaction_hash, issued.transaction_hash);
}

TEST(Issuer, RowsOfAnotherChainAreNotSeen) {
    Network network;
    const IssuedCertificate here = issue_one(network);
    IssuerOptions impatient;
    impatient.wait = std::chrono::milliseconds(300);
    network.eth->deaf = true;
    network.stop();
    network.start(impatient);
    ASSERT_FALSE(network.issuer->issue({vaccination(1)})[0].ok());
    network.stop();
    network.eth->deaf = false;
    const auto height = must(network.eth->head({})).number;
    network.genesis = Hash32{{7}}; // the same data directory, moved
    network.start();
    ASSERT_TRUE(network.issuer->resume().ok());
    EXPECT_EQ(must(network.issuer->counts()).pending, 0U);
    EXPECT_EQ(must(network.issuer->counts()).issued, 0U);
    const IssuedCertificate there = issue_one(network);
    EXPECT_FALSE(there.already_issued);
    EXPECT_NE(there.commitment, here.commitment);
    const auto revoked = network.issuer->revoke(here.commitment, 1);
    ASSERT_FALSE(revoked.ok());
    EXPECT_EQ(revoked.error().kind(), kUnknownCertificate);
    network.stop();
    network.genesis.reset();
    network.start();
    EXPECT_EQ(issue_one(network).commitment, here.commitment);
    EXPECT_EQ(must(network.issuer->counts()).pending, 1U);
    EXPECT_LE(must(network.eth->head({})).number, height + 2);
}

TEST(Issuer, MinedBeforeTheCrashButNotYetKnown) {
    Network network;
    const IssuedCertificate issued = issue_one(network);
    // As if the process had died between the block and the database.
    ASSERT_TRUE(network.database
                    ->run("UPDATE certificate SET state = 0, transaction_hash = NULL, "
                          "block_number = NULL")
                    .ok());
    network.stop();
    network.start();
    ASSERT_TRUE(network.issuer->resume().ok());
    auto again = network.issuer->issue({vaccination(0)});
    const IssuedCertificate same = must(std::move(again[0]));
    EXPECT_EQ(same.hcert, issued.hcert);
    EXPECT_EQ(same.transaction_hash, issued.transaction_hash);
    EXPECT_EQ(must(network.issuer->counts()).issued, 1U);
}

TEST(Issuer, ChainThatComesBackGetsWhatWaited) {
    Network network;
    network.eth->broken = true;
    std::thread repair([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(700));
        network.eth->broken = false;
    });
    auto results = network.issuer->issue({vaccination(0)});
    repair.join();
    EXPECT_EQ(network.verify(must(std::move(results[0])).hcert).overall, Overall::valid);
}

TEST(Issuer, DatabaseKeepsTheKindSealed) {
    Network network;
    auto columns = must(network.database->query("SELECT name FROM pragma_table_info(?1)",
                                                std::string_view("certificate")));
    while (must(columns->step())) EXPECT_NE(columns->text(0), "kind");
    columns.reset();
    EXPECT_EQ(issue_one(network).kind, ContentKind::facts);
    EXPECT_EQ(issue_one(network).kind, ContentKind::facts); // as read back
}

TEST(Issuer, DatabaseHoldsNothingReadable) {
    Network network;
    issue_one(network);
    auto rows = must(network.database->query("SELECT sealed, identity, content FROM certificate"));
    ASSERT_TRUE(must(rows->step()));
    for (int column = 0; column < 3; ++column) {
        const std::string bytes = to_string(rows->blob(column));
        EXPECT_EQ(bytes.find("HC1:"), std::string::npos);
        EXPECT_EQ(bytes.find("Example"), std::string::npos);
        EXPECT_EQ(bytes.find("urn:test"), std::string::npos);
    }
}

} // namespace
} // namespace salus::passport::testing
